/**
 * Keeps SQLite's functions from long work on one row, which nothing can end: looking for a text in
 * another takes the product of their lengths, hours for two that `printf` makes in a moment. Where one
 * of the two is not short as it is written, both go through a function that refuses long ones.
 */
import { type Call, callOf, type Expression } from "./tree.ts";

/** By which arguments: those whose lengths are multiplied. */
const MULTIPLIED: Readonly<Record<string, number>> = {
  ...{ instr: 2, replace: 3, trim: 2, ltrim: 2, rtrim: 2, unhex: 2, like: 2, glob: 2 },
  ...{ json_patch: 2, jsonb_patch: 2 },
};

/** What reads its first argument anew for each of the others. */
const READ_FOR_EACH = new Set([
  ...["json_extract", "jsonb_extract", "json_set", "json_insert", "json_replace", "json_remove"],
]);
const FEW = 5;

/** Characters that no work on a row is long for. */
const SHORT = 100;

type Like = Extract<Expression, { kind: "like" }>;

/** @returns null where it can be left as it is */
export function withShortTexts(node: Call | Like, passed: string): Call | Like | null {
  if (node.kind === "like") {
    if (isShort(node.pattern)) return null;
    return { ...node, operand: pass(node.operand), pattern: pass(node.pattern) };
  }
  const { name, args } = node;
  if (READ_FOR_EACH.has(name)) {
    return args.length <= FEW ? null : { ...node, args: [pass(args[0]!), ...args.slice(1)] };
  }
  const count = MULTIPLIED[name];
  if (count === undefined || args.length < 2 || args.slice(1).every(isShort)) return null;
  return { ...node, args: args.map((arg, at) => at < count ? pass(arg) : arg) };

  function pass(value: Expression): Expression {
    return callOf(passed, [value]);
  }
}

function isShort(value: Expression): boolean {
  return value.kind === "literal" && value.text.length <= SHORT;
}
