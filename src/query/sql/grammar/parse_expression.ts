/** Expressions, by the precedence of the engine's operators. */
import { forbidden } from "../forbidden.ts";
import type { Cursor } from "./cursor.ts";
import type { EngineGrammar } from "./engine_grammar.ts";
import { parseCall } from "./parse_call.ts";
import type { Branch, Expression, Query } from "./tree.ts";

/** Which names are on a list. */
export type NameList = Pick<ReadonlySet<string>, "has">;

/** What the parsers of parts of a statement share. */
export interface Parsing {
  readonly cursor: Cursor;
  readonly grammar: EngineGrammar;
  /** Functions and types beyond the engine's lists. */
  readonly functions: NameList;
  readonly types: NameList;
  /** Reads a subquery, from SELECT, WITH or VALUES on. */
  readonly query: () => Query;
}

/** @param loosest the level of `grammar.levels` from which operators are taken */
export function parseExpression(parsing: Parsing, loosest = 0): Expression {
  const { cursor, grammar } = parsing;
  const notLevel = levelOf(grammar, "NOT");
  let left: Expression;
  if (loosest <= notLevel && cursor.at("NOT") && !cursor.at("NOT", "EXISTS")) {
    cursor.next();
    left = { kind: "unary", operator: "NOT", operand: parseExpression(parsing, notLevel) };
  } else left = parsePrefix(parsing);
  for (;;) {
    const longer = parseInfix(parsing, left, loosest);
    if (longer === null) return left;
    left = longer;
  }
}

function levelOf(grammar: EngineGrammar, mark: string): number {
  return grammar.levels.findIndex((level) => level.includes(mark));
}

function parseInfix(parsing: Parsing, left: Expression, loosest: number): Expression | null {
  const { cursor, grammar } = parsing;
  const comparison = levelOf(grammar, "IN");
  if (loosest <= comparison) {
    const predicate = parsePredicate(parsing, left, comparison);
    if (predicate !== null) return predicate;
  }
  const { kind, text } = cursor.token;
  if (kind !== "word" && kind !== "symbol") return null;
  const level = grammar.levels.findIndex((operators) => operators.includes(text));
  if (level < loosest || text === "NOT" || text === "IN" || text === "BETWEEN") return null;
  cursor.next();
  if (text === "COLLATE") return { kind: "collate", operand: left, collation: cursor.name() };
  return { kind: "binary", operator: text, left, right: parseExpression(parsing, level + 1) };
}

/** IS, IN, BETWEEN, LIKE and their like, with NOT or without. */
function parsePredicate(parsing: Parsing, operand: Expression, level: number): Expression | null {
  const { cursor, grammar } = parsing;
  const operandAfter = () => parseExpression(parsing, level + 1);
  if (cursor.take("IS")) return parseIs(parsing, operand, level);
  if (cursor.take("ISNULL")) return is(operand, "IS");
  if (cursor.take("NOTNULL") || cursor.take("NOT", "NULL")) return is(operand, "IS NOT");
  const words = ["IN", "BETWEEN", ...grammar.likes];
  const not = cursor.at("NOT") && words.includes(cursor.peek(1).text);
  if (!words.includes(cursor.peek(not ? 1 : 0).text)) return null;
  if (cursor.peek(not ? 1 : 0).kind !== "word") return null;
  if (not) cursor.next();
  const operator = cursor.next().text;
  if (operator === "IN") {
    if (!cursor.at("(")) throw forbidden("IN without parentheses");
    const among = cursor.inParentheses(() =>
      startsQuery(cursor) ? parsing.query() : cursor.list(() => parseExpression(parsing))
    );
    return { kind: "in", not, operand, among };
  }
  if (operator === "BETWEEN") {
    const low = operandAfter();
    cursor.expect("AND");
    return { kind: "between", not, operand, low, high: operandAfter() };
  }
  const pattern = operandAfter();
  const escape = cursor.take("ESCAPE") ? operandAfter() : null;
  return { kind: "like", not, operator, operand, pattern, escape };
}

function parseIs({ cursor, ...parsing }: Parsing, left: Expression, level: number): Expression {
  const not = cursor.take("NOT");
  const distinct = cursor.take("DISTINCT", "FROM");
  const operator = `IS${not ? " NOT" : ""}${distinct ? " DISTINCT FROM" : ""}`;
  const right = parseExpression({ cursor, ...parsing }, level + 1);
  return { kind: "binary", operator, left, right };
}

function is(left: Expression, operator: string): Expression {
  return { kind: "binary", operator, left, right: { kind: "literal", type: "word", text: "NULL" } };
}

export function startsQuery(cursor: Cursor): boolean {
  return cursor.at("SELECT") || cursor.at("WITH") || cursor.at("VALUES");
}

const WORDS: ReadonlySet<string> = new Set(["NULL", "TRUE", "FALSE", "UNKNOWN"]);

function parsePrefix(parsing: Parsing): Expression {
  const { cursor, grammar } = parsing;
  const { kind, text } = cursor.token;
  if (kind === "string" || kind === "number" || kind === "blob") {
    cursor.next();
    return { kind: "literal", type: kind, text };
  }
  if (kind === "symbol") {
    if (grammar.prefixes.includes(text)) {
      cursor.next();
      // Tighter than any infix operator but those of the last levels, as COLLATE.
      const operand = parseExpression(parsing, levelOf(grammar, "PREFIX"));
      return { kind: "unary", operator: text, operand };
    }
    if (cursor.take("?")) return { kind: "parameter" };
    if (text === "(") return parseParentheses(parsing);
    throw cursor.fault();
  }
  if (kind === "name") return parseName(parsing);
  if (kind !== "word") throw cursor.fault();
  if (cursor.take("EXISTS")) return { kind: "exists", query: cursor.inParentheses(parsing.query) };
  if (cursor.at("NOT", "EXISTS")) {
    cursor.next();
    return { kind: "unary", operator: "NOT", operand: parsePrefix(parsing) };
  }
  if (text === "CASE") return parseCase(parsing);
  if (text === "INTERVAL" && grammar.units.size > 0) return parseInterval(parsing);
  if (cursor.peek(1).text === "(" && cursor.peek(1).kind === "symbol") return parseCall(parsing);
  if (WORDS.has(text)) {
    cursor.next();
    return { kind: "literal", type: "word", text };
  }
  if (grammar.bareFunctions.has(text)) {
    cursor.next();
    return { kind: "bare", name: text };
  }
  if (cursor.peek(1).kind === "string" && ["DATE", "TIME", "TIMESTAMP"].includes(text)) {
    cursor.next();
    return { kind: "typed", type: text, text: cursor.next().text };
  }
  if (!cursor.atName) throw cursor.fault();
  return parseName(parsing);
}

function parseName({ cursor }: Parsing): Expression {
  const parts = [cursor.name()];
  while (cursor.take(".")) {
    if (cursor.take("*")) return { kind: "star", table: parts };
    // After a dot any word is a name.
    const { kind } = cursor.token;
    if (kind !== "word" && kind !== "name") throw cursor.fault();
    parts.push(cursor.next().written);
  }
  if (parts.length > 3) throw cursor.fault();
  return { kind: "name", parts };
}

function parseParentheses(parsing: Parsing): Expression {
  const { cursor } = parsing;
  return cursor.inParentheses((): Expression => {
    if (startsQuery(cursor)) return { kind: "subquery", query: parsing.query() };
    const items = cursor.list(() => parseExpression(parsing));
    return items.length === 1 ? items[0]! : { kind: "row", items };
  });
}

function parseCase(parsing: Parsing): Expression {
  const { cursor } = parsing;
  cursor.expect("CASE");
  const operand = cursor.at("WHEN") ? null : parseExpression(parsing);
  const branches: Branch[] = [];
  while (cursor.take("WHEN")) {
    const when = parseExpression(parsing);
    cursor.expect("THEN");
    branches.push({ kind: "branch", when, then: parseExpression(parsing) });
  }
  if (branches.length === 0) throw cursor.fault();
  const otherwise = cursor.take("ELSE") ? parseExpression(parsing) : null;
  cursor.expect("END");
  return { kind: "case", operand, branches, otherwise };
}

function parseInterval(parsing: Parsing): Expression {
  const { cursor } = parsing;
  cursor.expect("INTERVAL");
  const amount = parseExpression(parsing);
  return { kind: "interval", amount, unit: parseUnit(parsing) };
}

/** @throws ServiceError invalid_sql for a word that is no unit of time */
export function parseUnit({ cursor, grammar }: Parsing): string {
  const { kind, text } = cursor.token;
  if (kind !== "word" || !grammar.units.has(text)) throw cursor.fault();
  cursor.next();
  return text;
}
