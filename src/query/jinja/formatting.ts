/** Python's two ways to put values into a text: `'%s' % x` and `'{}'.format(x)`, without widths. */
import type { Budget } from "./budget.ts";
import { numberText, printed } from "./printing.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  type Call,
  Dict,
  foreign,
  isText,
  type Part,
  partsOf,
  Sequence,
  Text,
  textOf,
  typeName,
  type Value,
} from "./values.ts";

/** @throws TemplateFault for a directive that is not known, or values too few or too many */
export function formatPercent(format: string | Text, given: Value, budget: Budget): Value {
  const values = given instanceof Sequence && given.isTuple ? [...given.items] : [given];
  let used = 0;
  const pieces = split(format, /%(?:\((\w{1,100})\))?([a-zA-Z%])/g);
  const result = fill(format, pieces, budget, ({ groups: [name, directive] }) => {
    if (directive === "%") return "%";
    if (name !== undefined) {
      if (!(given instanceof Dict)) throw new TemplateFault("A named '%' needs a dictionary");
      used = values.length;
      return directed(directive!, given.entries.get(name) ?? null, budget);
    }
    if (used >= values.length) throw new TemplateFault("There are fewer values than '%' in a text");
    return directed(directive!, values[used++]!, budget);
  });
  if (used < values.length && !(given instanceof Dict)) {
    throw new TemplateFault("There are more values than '%' in a text");
  }
  return result;
}

function directed(directive: string, value: Value, budget: Budget): string | Text {
  if (directive === "s") return printed(value, budget);
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) {
    if (directive === "d" || directive === "i") return numberText(Math.trunc(number));
    if (directive === "f") return number.toFixed(6);
  }
  throw new TemplateFault(
    `Cannot write ${typeName(value)} as '%${directive}'`,
    null,
    "Use %s for anything, %d for whole numbers.",
  );
}

/** @throws TemplateFault for a field that is not given, or is more than a number or a name */
export function formatBraces(format: string | Text, call: Call, budget: Budget): Value {
  let next = 0;
  const pieces = split(format, /\{\{|\}\}|\{(\w{0,100})\}|[{}]/g);
  return fill(format, pieces, budget, ({ text, groups: [name] }) => {
    if (text === "{{" || text === "}}") return text[0]!;
    if (name === undefined) {
      throw new TemplateFault("Cannot read a field of format()", null, "Use {}, {0} or {name}.");
    }
    const value = /^\d*$/.test(name)
      ? call.positional[name === "" ? next++ : Number(name)]
      : call.named.get(name);
    if (value === undefined) throw new TemplateFault(`format() has no value for '{${name}}'`);
    return printed(value, budget);
  });
}

interface Field {
  readonly text: string;
  readonly groups: readonly (string | undefined)[];
}

function split(format: string | Text, pattern: RegExp): readonly (string | Field)[] {
  const text = isText(format) && typeof format !== "string" ? format.plain : format;
  const pieces: (string | Field)[] = [];
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    pieces.push(text.slice(at, found.index), { text: found[0], groups: found.slice(1) });
    at = found.index + found[0].length;
  }
  return [...pieces, text.slice(at)];
}

/** A format of someone else makes all of it theirs. */
function fill(
  format: string | Text,
  pieces: readonly (string | Field)[],
  budget: Budget,
  value: (field: Field) => string | Text,
): Value {
  budget.text(format.length);
  const parts: Part[] = [];
  for (const piece of pieces) {
    const filled = typeof piece === "string" ? piece : value(piece);
    budget.text(filled.length);
    parts.push(...partsOf(filled));
  }
  const text = textOf(parts);
  budget.text(text.length);
  return format instanceof Text ? foreign(typeof text === "string" ? text : text.plain) : text;
}
