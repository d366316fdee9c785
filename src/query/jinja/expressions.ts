/** Jinja's expressions, by its precedence: choice, or, and, not, comparison, sum, `~`, product, power, sign. */
import type { Arguments, BinaryOperator, Comparison, Expression } from "./syntax.ts";
import type { Tokens } from "./tokens.ts";

/** An expression, or a tuple of several without brackets. */
export function readTuple(tokens: Tokens, choice = true): Expression {
  const read = () => choice ? readExpression(tokens) : readOr(tokens);
  const first = read();
  if (!tokens.is("operator", ",")) return first;
  const items = [first];
  while (tokens.take("operator", ",") && !tokens.is("end") && !tokens.is("operator", ")")) {
    items.push(read());
  }
  return { kind: "tuple", items };
}

export function readExpression(tokens: Tokens): Expression {
  return tokens.nested(() => {
    let value = readOr(tokens);
    while (tokens.take("name", "if")) {
      const condition = readOr(tokens);
      const otherwise = tokens.take("name", "else") ? readExpression(tokens) : null;
      value = { kind: "choice", condition, then: value, otherwise };
    }
    return value;
  });
}

export function readOr(tokens: Tokens): Expression {
  let left = readAnd(tokens);
  while (tokens.take("name", "or")) left = { kind: "or", left, right: readAnd(tokens) };
  return left;
}

function readAnd(tokens: Tokens): Expression {
  let left = readNot(tokens);
  while (tokens.take("name", "and")) left = { kind: "and", left, right: readNot(tokens) };
  return left;
}

function readNot(tokens: Tokens): Expression {
  if (!tokens.take("name", "not")) return readComparison(tokens);
  return { kind: "not", of: tokens.nested(() => readNot(tokens)) };
}

function readComparison(tokens: Tokens): Expression {
  const line = tokens.line;
  const first = readBinary(tokens, 0);
  const rest: { operator: Comparison; to: Expression }[] = [];
  for (;;) {
    const operator = comparison(tokens);
    if (operator === null) break;
    rest.push({ operator, to: readBinary(tokens, 0) });
  }
  return rest.length === 0 ? first : { kind: "compare", first, rest, line };
}

function comparison(tokens: Tokens): Comparison | null {
  const sign = tokens.take("operator", "==", "!=", "<", "<=", ">", ">=");
  if (sign !== null) return sign.text as Comparison;
  if (tokens.take("name", "in")) return "in";
  const next = tokens.peek(1);
  if (!tokens.is("name", "not") || next?.kind !== "name" || next.text !== "in") return null;
  tokens.next();
  tokens.next();
  return "not in";
}

/** From what binds least to what binds most. All of them join from the left, `**` too. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["+", "-"],
  ["~"],
  ["*", "/", "//", "%"],
  ["**"],
];

function readBinary(tokens: Tokens, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return readUnary(tokens, true);
  let left = readBinary(tokens, level + 1);
  for (;;) {
    const line = tokens.line;
    const token = tokens.take("operator", ...operators);
    if (token === null) return left;
    const operator = token.text as BinaryOperator;
    left = { kind: "binary", operator, left, right: readBinary(tokens, level + 1), line };
  }
}

function readUnary(tokens: Tokens, filters: boolean): Expression {
  const line = tokens.line;
  const sign = tokens.take("operator", "+", "-");
  const value: Expression = sign === null ? readPostfix(tokens, readPrimary(tokens)) : {
    kind: "sign",
    sign: sign.text as "+" | "-",
    of: tokens.nested(() => readUnary(tokens, false)),
    line,
  };
  return filters ? readFilters(tokens, value) : value;
}

const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);

function readPrimary(tokens: Tokens): Expression {
  const token = tokens.peek();
  if (token?.kind === "name") {
    tokens.next();
    const value = CONSTANTS.get(token.text);
    if (value !== undefined) return { kind: "constant", value };
    return { kind: "name", name: token.text, line: token.line };
  }
  if (token?.kind === "number") {
    tokens.next();
    return { kind: "constant", value: Number(token.text.replaceAll("_", "")) };
  }
  if (token?.kind === "string") {
    let value = "";
    for (let part = tokens.take("string"); part !== null; part = tokens.take("string")) {
      value += part.text;
    }
    return { kind: "constant", value };
  }
  if (tokens.take("operator", "(")) return readBracketed(tokens);
  if (tokens.take("operator", "[")) {
    return { kind: "list", items: readItems(tokens, "]", () => readExpression(tokens)) };
  }
  if (tokens.take("operator", "{")) {
    const entries = readItems(tokens, "}", () => {
      const key = readExpression(tokens);
      tokens.expect("operator", ":");
      return [key, readExpression(tokens)] as const;
    });
    return { kind: "dict", entries, line: token!.line };
  }
  throw tokens.unexpected("expected a value");
}

function readBracketed(tokens: Tokens): Expression {
  if (tokens.take("operator", ")")) return { kind: "tuple", items: [] };
  const value = readTuple(tokens);
  tokens.expect("operator", ")");
  return value;
}

function readItems<T>(tokens: Tokens, end: string, read: () => T): readonly T[] {
  const items: T[] = [];
  while (!tokens.take("operator", end)) {
    if (items.length > 0) {
      tokens.expect("operator", ",");
      if (tokens.take("operator", end)) break;
    }
    items.push(read());
  }
  return items;
}

function readPostfix(tokens: Tokens, value: Expression): Expression {
  const line = tokens.line;
  if (tokens.take("operator", ".")) {
    const number = tokens.take("number");
    if (number !== null) {
      const key: Expression = { kind: "constant", value: Number(number.text) };
      return readPostfix(tokens, { kind: "item", of: value, key, line });
    }
    const name = tokens.expect("name").text;
    return readPostfix(tokens, { kind: "attribute", of: value, name, line });
  }
  if (tokens.take("operator", "[")) return readPostfix(tokens, readSubscript(tokens, value, line));
  if (tokens.is("operator", "(")) {
    const args = readArguments(tokens);
    return readPostfix(tokens, { kind: "call", callee: value, args, line });
  }
  return value;
}

function readSubscript(tokens: Tokens, of: Expression, line: number): Expression {
  const bounds: (Expression | null)[] = [];
  const part = () => tokens.is("operator", ":", "]") ? null : readExpression(tokens);
  let last = part();
  while (bounds.length < 2 && tokens.take("operator", ":")) {
    bounds.push(last);
    last = part();
  }
  tokens.expect("operator", "]");
  if (bounds.length > 0) return { kind: "slice", of, bounds: [...bounds, last], line };
  if (last === null) throw tokens.unexpected("expected an index before it");
  return { kind: "item", of, key: last, line };
}

/** Arguments in brackets; a bracket must come next. */
export function readArguments(tokens: Tokens): Arguments {
  tokens.expect("operator", "(");
  const positional: Expression[] = [];
  const named: (readonly [string, Expression])[] = [];
  readItems(tokens, ")", () => {
    const next = tokens.peek(1);
    if (tokens.is("name") && next?.kind === "operator" && next.text === "=") {
      const name = tokens.next().text;
      tokens.next();
      named.push([name, readExpression(tokens)]);
    } else if (named.length > 0) {
      throw tokens.unexpected("arguments without a name come before those with one");
    } else positional.push(readExpression(tokens));
  });
  return { positional, named };
}

function readFilters(tokens: Tokens, value: Expression): Expression {
  const line = tokens.line;
  if (tokens.is("operator", "|")) return readFilters(tokens, readFilter(tokens, value));
  if (tokens.take("name", "is")) return readFilters(tokens, readTest(tokens, value, line));
  if (tokens.is("operator", "(")) {
    const args = readArguments(tokens);
    return readFilters(tokens, { kind: "call", callee: value, args, line });
  }
  return value;
}

/** One `| name(…)`. */
export function readFilter(tokens: Tokens, of: Expression | null): Expression {
  tokens.expect("operator", "|");
  return readFilterCall(tokens, of);
}

export function readFilterCall(tokens: Tokens, of: Expression | null): Expression {
  const { text: name, line } = tokens.expect("name");
  const args = tokens.is("operator", "(") ? readArguments(tokens) : NO_ARGUMENTS;
  return { kind: "filter", name, of, args, line };
}

const NO_ARGUMENTS: Arguments = { positional: [], named: [] };

/** Words that go on after a test and so are no argument of it. */
const AFTER_TEST = ["else", "or", "and", "not", "is", "if", "in"];

function readTest(tokens: Tokens, of: Expression, line: number): Expression {
  const negated = tokens.take("name", "not") !== null;
  const name = tokens.expect("name").text;
  const test: Expression = { kind: "test", name, of, args: testArguments(tokens), line };
  return negated ? { kind: "not", of: test } : test;
}

/** A test's single argument may stand without brackets: `is divisibleby 3`. */
function testArguments(tokens: Tokens): Arguments {
  if (tokens.is("operator", "(")) return readArguments(tokens);
  const isValue = tokens.is("string") || tokens.is("number") ||
    tokens.is("operator", "[", "{") || (tokens.is("name") && !tokens.is("name", ...AFTER_TEST));
  if (!isValue) return NO_ARGUMENTS;
  return { positional: [readPostfix(tokens, readPrimary(tokens))], named: [] };
}
