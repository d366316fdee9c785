/** Jinja's tests: what may follow `is`. */
import type { Budget } from "./budget.ts";
import { FILTER_NAMES } from "./filters.ts";
import { compared } from "./operators.ts";
import type { Comparison } from "./syntax.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  type Call,
  Callable,
  Dict,
  isText,
  Missing,
  plain,
  Sequence,
  type Value,
  wholeNumber,
} from "./values.ts";

type Test = (value: Value, argument: Value, budget: Budget) => boolean;

const ALONE: Readonly<Record<string, Test>> = {
  defined: (value) => !(value instanceof Missing),
  undefined: (value) => value instanceof Missing,
  none: (value) => value === null,
  true: (value) => value === true,
  false: (value) => value === false,
  boolean: (value) => typeof value === "boolean",
  string: isText,
  number: (value) => typeof value === "number" || typeof value === "boolean",
  integer: (value) => typeof value === "number" && Number.isInteger(value),
  float: (value) => typeof value === "number" && !Number.isInteger(value),
  mapping: (value) => value instanceof Dict,
  sequence: isCollection,
  iterable: (value) => isCollection(value) || value instanceof Missing,
  callable: (value) => value instanceof Callable,
  odd: (value) => Math.abs(wholeNumber(value, "a number") % 2) === 1,
  even: (value) => wholeNumber(value, "a number") % 2 === 0,
  lower: (value) => caseOf(value, (text) => text.toLowerCase()),
  upper: (value) => caseOf(value, (text) => text.toUpperCase()),
  filter: (value) => FILTER_NAMES.includes(String(plain(value))),
};

const WITH_ONE: Readonly<Record<string, Test>> = {
  divisibleby: (value, by) => wholeNumber(value, "a number") % wholeNumber(by, "a number") === 0,
  in: comparing("in"),
  sameas: (value, other) => plain(value) === plain(other),
  ...Object.fromEntries(
    ([
      ["==", ["==", "eq", "equalto"]],
      ["!=", ["!=", "ne"]],
      ["<", ["lt", "lessthan"]],
      ["<=", ["le"]],
      [">", ["gt", "greaterthan"]],
      [">=", ["ge"]],
    ] as const).flatMap(([operator, names]) => names.map((name) => [name, comparing(operator)])),
  ),
};

/** @throws TemplateFault for a test that is not there, or an argument too many or too few */
export function applyTest(name: string, value: Value, call: Call, budget: Budget): boolean {
  const given = [...call.positional, ...call.named.values()];
  if (Object.hasOwn(ALONE, name) && given.length === 0) return ALONE[name]!(value, null, budget);
  if (Object.hasOwn(WITH_ONE, name) && given.length === 1) {
    return WITH_ONE[name]!(value, given[0]!, budget);
  }
  if (Object.hasOwn(ALONE, name) || Object.hasOwn(WITH_ONE, name)) {
    const wanted = Object.hasOwn(ALONE, name) ? "no argument" : "one argument";
    throw new TemplateFault(`The test '${name}' takes ${wanted}`);
  }
  const known = [...Object.keys(ALONE), ...Object.keys(WITH_ONE)].join(", ");
  throw new TemplateFault(`There is no test '${name}'`, null, `There are ${known}.`);
}

function comparing(operator: Comparison): Test {
  return (value, other, budget) => compared(operator, value, other, budget);
}

function isCollection(value: Value): boolean {
  return isText(value) || value instanceof Sequence || value instanceof Dict;
}

function caseOf(value: Value, change: (text: string) => string): boolean {
  const text = plain(value);
  return typeof text === "string" && text === change(text) && text.toLowerCase() !==
      text.toUpperCase();
}
