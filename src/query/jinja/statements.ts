/** Jinja's statements: what a template is made of, without any that reads another template. */
import { readExpression, readFilter, readFilterCall, readOr, readTuple } from "./expressions.ts";
import { tokenize } from "./lexer.ts";
import type { Body, Expression, Statement, Target } from "./syntax.ts";
import { TemplateFault } from "./template_fault.ts";
import { Tokens } from "./tokens.ts";

/** Characters. Longer than any query, short enough to be read at once. */
const MAX_TEMPLATE = 2 ** 20;

/** @throws TemplateFault with its line for what is no template */
export function readTemplate(source: string): Body {
  if (source.length > MAX_TEMPLATE) {
    throw new TemplateFault(`It has ${source.length} characters, more than ${MAX_TEMPLATE}`);
  }
  const tokens = new Tokens(tokenize(source));
  const body = readBody(tokens, []);
  if (tokens.peek() !== null) throw tokens.unexpected("nothing is open that it ends");
  return body;
}

/** Statements up to a block whose name is one of these, which is left for the caller. */
function readBody(tokens: Tokens, ends: readonly string[]): Body {
  return tokens.nested(() => {
    const body: Statement[] = [];
    for (let token = tokens.peek(); token !== null; token = tokens.peek()) {
      if (tokens.take("data")) {
        body.push({ kind: "text", text: token.text });
      } else if (tokens.take("begin", "variable")) {
        body.push({ kind: "output", value: readTuple(tokens), line: token.line });
        tokens.expect("end", "variable");
      } else {
        const name = tokens.peek(1);
        if (name?.kind === "name" && ends.includes(name.text)) return body;
        tokens.expect("begin", "block");
        body.push(readStatement(tokens));
      }
    }
    if (ends.length > 0) {
      throw new TemplateFault(`'{% ${ends.at(-1)} %}' is missing`, tokens.line);
    }
    return body;
  });
}

const READERS: Readonly<Record<string, (tokens: Tokens, line: number) => Statement>> = {
  if: readIf,
  for: readFor,
  set: readSet,
  with: readWith,
  filter: readFiltered,
  macro: readMacro,
};

function readStatement(tokens: Tokens): Statement {
  const { text: name, line } = tokens.expect("name");
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader !== undefined) return reader(tokens, line);
  const known = Object.keys(READERS).join(", ");
  throw new TemplateFault(`'{% ${name} %}' can't be used here`, line, `Blocks that can: ${known}.`);
}

function readIf(tokens: Tokens): Statement {
  const branches: { condition: Expression; body: Body }[] = [];
  for (;;) {
    const condition = readTuple(tokens, false);
    tokens.expect("end", "block");
    branches.push({ condition, body: readBody(tokens, ["elif", "else", "endif"]) });
    const next = endOf(tokens);
    if (next === "elif") continue;
    const otherwise = next === "else" ? readLast(tokens, "endif") : [];
    tokens.expect("end", "block");
    return { kind: "if", branches, otherwise };
  }
}

function readFor(tokens: Tokens, line: number): Statement {
  const target = readTarget(tokens);
  tokens.expect("name", "in");
  const over = readTuple(tokens, false);
  const condition = tokens.take("name", "if") ? readExpression(tokens) : null;
  if (tokens.is("name", "recursive")) throw tokens.unexpected("loops can't be recursive here");
  tokens.expect("end", "block");
  const body = readBody(tokens, ["else", "endfor"]);
  const otherwise = endOf(tokens) === "else" ? readLast(tokens, "endfor") : [];
  tokens.expect("end", "block");
  return { kind: "for", target, over, condition, body, otherwise, line };
}

function readSet(tokens: Tokens, line: number): Statement {
  const target = readTarget(tokens);
  if (tokens.take("operator", "=")) {
    const value = readTuple(tokens);
    tokens.expect("end", "block");
    return { kind: "set", target, value, line };
  }
  let filter: Expression | null = null;
  while (tokens.is("operator", "|")) filter = readFilter(tokens, filter);
  tokens.expect("end", "block");
  const body = readLast(tokens, "endset");
  tokens.expect("end", "block");
  return { kind: "capture", target, filter, body, line };
}

function readWith(tokens: Tokens, line: number): Statement {
  const values: (readonly [Target, Expression])[] = [];
  while (!tokens.is("end")) {
    if (values.length > 0) tokens.expect("operator", ",");
    const target = readSingleTarget(tokens);
    tokens.expect("operator", "=");
    values.push([target, readExpression(tokens)]);
  }
  tokens.expect("end", "block");
  const body = readLast(tokens, "endwith");
  tokens.expect("end", "block");
  return { kind: "with", values, body, line };
}

function readFiltered(tokens: Tokens): Statement {
  let filter = readFilterCall(tokens, null);
  while (tokens.is("operator", "|")) filter = readFilter(tokens, filter);
  tokens.expect("end", "block");
  const body = readLast(tokens, "endfilter");
  tokens.expect("end", "block");
  return { kind: "filtered", filter, body };
}

function readMacro(tokens: Tokens, line: number): Statement {
  const name = tokens.expect("name").text;
  const parameters: { name: string; otherwise: Expression | null }[] = [];
  tokens.expect("operator", "(");
  while (!tokens.take("operator", ")")) {
    if (parameters.length > 0) tokens.expect("operator", ",");
    const parameter = tokens.expect("name").text;
    const otherwise = tokens.take("operator", "=") ? readOr(tokens) : null;
    parameters.push({ name: parameter, otherwise });
  }
  tokens.expect("end", "block");
  const body = readLast(tokens, "endmacro");
  tokens.expect("end", "block");
  return { kind: "macro", name, parameters, body, line };
}

/** A body that only `end` ends; the block's own end is left for the caller. */
function readLast(tokens: Tokens, end: string): Body {
  if (end === "endif" || end === "endfor") tokens.expect("end", "block");
  const body = readBody(tokens, [end]);
  endOf(tokens);
  return body;
}

/** The name of the block that ended a body. */
function endOf(tokens: Tokens): string {
  tokens.expect("begin", "block");
  return tokens.expect("name").text;
}

function readTarget(tokens: Tokens): Target {
  const first = readSingleTarget(tokens);
  if (!tokens.is("operator", ",")) return first;
  const targets = [first];
  while (tokens.take("operator", ",") && !tokens.is("name", "in")) {
    targets.push(readSingleTarget(tokens));
  }
  return { kind: "names", targets };
}

function readSingleTarget(tokens: Tokens): Target {
  if (tokens.take("operator", "(")) {
    const target = tokens.nested(() => readTarget(tokens));
    tokens.expect("operator", ")");
    return target.kind === "names" ? target : { kind: "names", targets: [target] };
  }
  const name = tokens.expect("name").text;
  if (!tokens.take("operator", ".")) return { kind: "name", name };
  return { kind: "field", of: name, name: tokens.expect("name").text };
}
