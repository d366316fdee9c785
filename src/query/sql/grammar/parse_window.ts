/** ORDER BY and OVER. */
import { parseExpression, type Parsing } from "./parse_expression.ts";
import type { Bound, Frame, Order, Window } from "./tree.ts";

export function parseOrder(parsing: Parsing): Order {
  const { cursor } = parsing;
  const by = parseExpression(parsing);
  const direction = cursor.takeOne(["ASC", "DESC"]);
  const nulls = cursor.takeOne(["NULLS FIRST", "NULLS LAST"]);
  return { kind: "order", by, direction, nulls };
}

export function parseWindow(parsing: Parsing): Window {
  const { cursor } = parsing;
  if (cursor.at("(")) return cursor.inParentheses(() => parseDefinition(parsing));
  const name = cursor.name();
  return { kind: "window", name, base: null, partitionBy: [], orderBy: [], frame: null };
}

const UNITS = ["ROWS", "RANGE", "GROUPS"];

function parseDefinition(parsing: Parsing): Window {
  const { cursor } = parsing;
  const isClause = cursor.at("PARTITION") || cursor.at(")") ||
    UNITS.some((unit) => cursor.at(unit));
  const base = cursor.atName && !isClause ? cursor.name() : null;
  const partitionBy = cursor.take("PARTITION", "BY")
    ? cursor.list(() => parseExpression(parsing))
    : [];
  const orderBy = cursor.take("ORDER", "BY") ? cursor.list(() => parseOrder(parsing)) : [];
  const unit = cursor.takeOne(UNITS);
  const frame = unit === null ? null : parseFrame(parsing, unit);
  return { kind: "window", name: null, base, partitionBy, orderBy, frame };
}

function parseFrame(parsing: Parsing, unit: string): Frame {
  const { cursor } = parsing;
  const between = cursor.take("BETWEEN");
  const start = parseBound(parsing);
  if (between) cursor.expect("AND");
  const end = between ? parseBound(parsing) : null;
  const exclude = cursor.take("EXCLUDE")
    ? cursor.takeOne(["NO OTHERS", "CURRENT ROW", "GROUP", "TIES"])
    : null;
  return { kind: "frame", unit, start, end, exclude };
}

function parseBound(parsing: Parsing): Bound {
  const { cursor } = parsing;
  const words = cursor.takeOne(["UNBOUNDED PRECEDING", "UNBOUNDED FOLLOWING", "CURRENT ROW"]);
  if (words !== null) return { kind: "bound", words, amount: null };
  // Above AND, which ends the first bound.
  const amount = parseExpression(
    parsing,
    parsing.grammar.levels.findIndex((level) => level.includes("IN")),
  );
  const direction = cursor.takeOne(["PRECEDING", "FOLLOWING"]);
  if (direction === null) throw cursor.fault();
  return { kind: "bound", words: direction, amount };
}
