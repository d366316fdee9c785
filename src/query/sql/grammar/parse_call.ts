/** Calls of functions, each by the engine's list, and what is written like one. */
import { forbidden } from "../forbidden.ts";
import { parseExpression, parseUnit, type Parsing } from "./parse_expression.ts";
import { parseOrder, parseWindow } from "./parse_window.ts";
import type { Call, Expression } from "./tree.ts";

/** @throws ServiceError forbidden_sql for a function or type that is in no list */
export function parseCall(parsing: Parsing): Expression {
  const { cursor } = parsing;
  const { text, written } = cursor.next();
  if (text === "CAST") return cursor.inParentheses(() => parseCast(parsing));
  if (text === "EXTRACT" && parsing.grammar.units.size > 0) {
    return cursor.inParentheses(() => {
      const unit = parseUnit(parsing);
      cursor.expect("FROM");
      return { kind: "extract", unit, operand: parseExpression(parsing) } as const;
    });
  }
  const name = written.toLowerCase();
  if (!parsing.grammar.functions.has(name) && !parsing.functions.has(name)) {
    throw forbidden(
      `the function ${name}`,
      "Use another function, or ask an operator to allow this one.",
    );
  }
  if (text === "CONVERT") return cursor.inParentheses(() => parseConvert(parsing));
  const inside = cursor.inParentheses(() => parseArguments(parsing, text));
  const filter = cursor.take("FILTER")
    ? cursor.inParentheses(() => {
      cursor.expect("WHERE");
      return parseExpression(parsing);
    })
    : null;
  const over = cursor.take("OVER") ? parseWindow(parsing) : null;
  return { kind: "call", name, ...inside, filter, over };
}

function parseArguments(
  parsing: Parsing,
  name: string,
): Pick<Call, "distinct" | "args" | "orderBy" | "separator"> {
  const { cursor, grammar } = parsing;
  if (cursor.take("*")) {
    return { distinct: false, args: [{ kind: "star", table: [] }], orderBy: [], separator: null };
  }
  const distinct = cursor.take("DISTINCT");
  const args: Expression[] = [];
  if (grammar.unitFirst.has(name)) {
    args.push({ kind: "unit", unit: parseUnit(parsing) });
    cursor.expect(",");
  }
  if (!cursor.at(")")) args.push(...cursor.list(() => parseExpression(parsing)));
  const orderBy = cursor.take("ORDER", "BY") ? cursor.list(() => parseOrder(parsing)) : [];
  let separator: string | null = null;
  if (cursor.take("SEPARATOR")) {
    if (cursor.token.kind !== "string") throw cursor.fault();
    separator = cursor.next().text;
  }
  return { distinct, args, orderBy, separator };
}

function parseCast(parsing: Parsing): Expression {
  const { cursor } = parsing;
  const operand = parseExpression(parsing);
  cursor.expect("AS");
  return { kind: "cast", operand, type: parseType(parsing) };
}

function parseConvert(parsing: Parsing): Expression {
  const { cursor } = parsing;
  const operand = parseExpression(parsing);
  if (cursor.take("USING")) return { kind: "convert", operand, charset: cursor.name() };
  cursor.expect(",");
  return { kind: "cast", operand, type: parseType(parsing) };
}

/** Words and lengths, as `DECIMAL(10, 2)`. */
function parseType({ cursor, grammar, types }: Parsing): string {
  const words: string[] = [];
  while (cursor.token.kind === "word") words.push(cursor.next().text);
  const name = words.join(" ");
  if (name === "") throw cursor.fault();
  if (!grammar.types.has(name) && !types.has(name.toLowerCase())) {
    throw forbidden(`the type ${name}`);
  }
  if (!cursor.at("(")) return name;
  const lengths = cursor.inParentheses(() =>
    cursor.list(() => {
      const { kind, text } = cursor.next();
      if (kind !== "number" || !/^\d+$/.test(text)) throw cursor.fault();
      return text;
    })
  );
  return `${name}(${lengths.join(", ")})`;
}
