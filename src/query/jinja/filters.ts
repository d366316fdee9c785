/** Jinja's filters that make sense in SQL, and Superset's two of its own, `where_in` and `to_datetime`. */
import type { Budget } from "./budget.ts";
import { bind, type Bound, type Parameter } from "./calls.ts";
import { itemsOf, lengthOf } from "./collections.ts";
import { formatPercent } from "./formatting.ts";
import { attributeOf, bestOf, firstOf, sorted, unique } from "./list_filters.ts";
import { capitalize, replaced, strip, title } from "./texts.ts";
import { toDatetime } from "./moments.ts";
import { joined } from "./operators.ts";
import { printed, toJson } from "./printing.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  asForeign,
  type Call,
  Dict,
  isForeign,
  isText,
  Missing,
  Moment,
  plain,
  plainText,
  Sequence,
  truth,
  typeName,
  type Value,
  wholeNumber,
} from "./values.ts";

/** A value as a literal of the engine. */
export type Literal = (value: string | number | boolean | null) => string;

export interface FilterTools {
  readonly budget: Budget;
  readonly literal: Literal;
}

interface Filter {
  readonly parameters: readonly Parameter[];
  readonly run: (value: Value, argument: Bound, tools: FilterTools) => Value;
  /** True: it takes care itself of text of someone else; else what it makes of such is theirs. */
  readonly keeps?: true;
}

const ATTRIBUTE: readonly Parameter[] = [["attribute", null]];

const FILTERS: Readonly<Record<string, Filter>> = {
  where_in: {
    parameters: [["mark", null], ["default_to_none", false]],
    keeps: true,
    run: (value, argument, tools) => whereIn(value, truth(argument("default_to_none")), tools),
  },
  to_datetime: {
    parameters: [["format", "%Y-%m-%d %H:%M:%S"]],
    run: (value, argument) => toDatetime(value, argument("format")),
  },
  upper: ofText((text) => text.toUpperCase()),
  lower: ofText((text) => text.toLowerCase()),
  title: ofText(title),
  capitalize: ofText(capitalize),
  trim: {
    parameters: [["chars", null]],
    run: (value, argument, tools) => strip(asText(value, tools), argument("chars"), true, true),
  },
  replace: {
    parameters: ["old", "new", ["count", -1]],
    run: (value, argument, tools) =>
      replaced(
        asText(value, tools),
        plainText(argument("old"), "what to replace"),
        plainText(argument("new"), "what to put in its place"),
        argument("count") === null ? -1 : wholeNumber(argument("count"), "a count"),
        tools.budget,
      ),
  },
  string: { ...plainFilter((value, { budget }) => printed(value, budget)), keeps: true },
  safe: { ...plainFilter((value) => value), keeps: true },
  format: {
    parameters: [["value", null]],
    keeps: true,
    run: (value, argument, { budget }) =>
      formatPercent(printed(value, budget), argument("value"), budget),
  },
  tojson: {
    parameters: [["indent", null]],
    run: (value, _argument, { budget }) => toJson(value, budget),
  },
  int: {
    parameters: [["default", 0], ["base", 10]],
    run: (value, argument) => asNumber(value, argument("default"), true),
  },
  float: {
    parameters: [["default", 0]],
    run: (value, argument) => asNumber(value, argument("default"), false),
  },
  abs: plainFilter((value) => Math.abs(numberOf(value))),
  round: {
    parameters: [["precision", 0], ["method", "common"]],
    run: (value, argument) => round(numberOf(value), argument),
  },
  default: { ...defaulting(), keeps: true },
  d: { ...defaulting(), keeps: true },
  length: plainFilter(lengthOf),
  count: plainFilter(lengthOf),
  first: { ...plainFilter((value, tools) => firstOf(itemsOf(value, tools.budget))), keeps: true },
  last: {
    ...plainFilter((value, tools) => firstOf(itemsOf(value, tools.budget).slice(-1))),
    keeps: true,
  },
  list: {
    ...plainFilter((value, { budget }) => new Sequence(itemsOf(value, budget))),
    keeps: true,
  },
  items: {
    ...plainFilter((value) =>
      value instanceof Dict
        ? new Sequence([...value.entries].map(([key, item]) => new Sequence([key, item], true)))
        : new Sequence([])
    ),
    keeps: true,
  },
  reverse: {
    ...plainFilter((value, { budget }) => {
      const items = itemsOf(value, budget).toReversed();
      return isText(value) ? joined(items.filter(isText), budget) : new Sequence(items);
    }),
    keeps: true,
  },
  unique: {
    parameters: [["case_sensitive", false], ...ATTRIBUTE],
    keeps: true,
    run: (value, argument, { budget }) => unique(value, argument, budget),
  },
  sort: {
    parameters: [["reverse", false], ["case_sensitive", false], ...ATTRIBUTE],
    keeps: true,
    run: (value, argument, { budget }) => sorted(value, argument, budget),
  },
  join: {
    parameters: [["d", ""], ...ATTRIBUTE],
    keeps: true,
    run(value, argument, { budget }) {
      const items = itemsOf(value, budget).map((item) => attributeOf(item, argument, budget));
      const separator = printed(argument("d"), budget);
      budget.items(items.length * 2);
      return joined(
        items.flatMap((item, at) =>
          at === 0 ? [printed(item, budget)] : [separator, printed(item, budget)]
        ),
        budget,
      );
    },
  },
  sum: {
    parameters: [...ATTRIBUTE, ["start", 0]],
    run: (value, argument, { budget }) =>
      itemsOf(value, budget).reduce<number>(
        (sum, item) => sum + numberOf(attributeOf(item, argument, budget)),
        numberOf(argument("start")),
      ),
  },
  min: { ...extreme((order) => order < 0), keeps: true },
  max: { ...extreme((order) => order > 0), keeps: true },
  map: {
    parameters: ["attribute", ["default", null]],
    keeps: true,
    run: (value, argument, tools) =>
      new Sequence(
        itemsOf(value, tools.budget).map((item) => {
          const found = attributeOf(item, argument, tools.budget);
          return found instanceof Missing && argument("default") !== null
            ? argument("default")
            : found;
        }),
      ),
  },
};

export const FILTER_NAMES: readonly string[] = Object.keys(FILTERS);

/** @throws TemplateFault for a filter that is not there, and what the filter itself refuses */
export function applyFilter(name: string, value: Value, call: Call, tools: FilterTools): Value {
  const named = name === "map" ? mapped(value, call, tools) : null;
  if (named !== null) return named;
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (filter === undefined) {
    const known = `There are ${FILTER_NAMES.join(", ")}.`;
    throw new TemplateFault(`There is no filter '${name}'`, null, known);
  }
  if (isText(value)) tools.budget.text(value.length);
  const result = filter.run(value, bind(name, filter.parameters, call), tools);
  if (filter.keeps) return result;
  const given = [value, ...call.positional, ...call.named.values()];
  return given.some(isForeign) ? asForeign(result) : result;
}

/** `map('upper')`: a filter for each item. */
function mapped(value: Value, call: Call, tools: FilterTools): Value | null {
  const [name, ...positional] = call.positional;
  if (name === undefined) return null;
  const filter = plainText(name, "a filter's name");
  const rest = { positional, named: call.named };
  return new Sequence(
    itemsOf(value, tools.budget).map((item) => applyFilter(filter, item, rest, tools)),
  );
}

function ofText(run: (text: string) => string): Filter {
  return plainFilter((value, tools) => run(asText(value, tools)));
}

function plainFilter(run: (value: Value, tools: FilterTools) => Value): Filter {
  return { parameters: [], run: (value, _argument, tools) => run(value, tools) };
}

function asText(value: Value, { budget }: FilterTools): string {
  return plain(printed(value, budget)) as string;
}

/**
 * Values as a list for IN, each a literal of the engine, so that none can be read as anything else.
 * Superset's marks of other quotes are gone there, too.
 */
function whereIn(value: Value, defaultToNone: boolean, { budget, literal }: FilterTools): Value {
  const literals = itemsOf(value, budget).map((item) => {
    const one = plain(item);
    if (one instanceof Moment) {
      return literal(one.time.toISOString().slice(0, 19).replace("T", " "));
    }
    if (one === null || typeof one !== "object") {
      const text = literal(one);
      budget.text(text.length);
      return text;
    }
    throw new TemplateFault(`Cannot use ${typeName(item)} in where_in`);
  });
  if (literals.length === 0 && defaultToNone) return null;
  const length = literals.reduce((sum, text) => sum + text.length + 2, 2);
  budget.text(length);
  return `(${literals.join(", ")})`;
}

function numberOf(value: Value): number {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return value;
  throw new TemplateFault(`Cannot calculate with ${typeName(value)}`);
}

const INTEGER = /^\s*[+-]?\d(?:_?\d)*\s*$/;
const FLOAT = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

function asNumber(value: Value, otherwise: Value, whole: boolean): Value {
  const plainValue = plain(value);
  const number = typeof plainValue === "boolean"
    ? Number(plainValue)
    : typeof plainValue === "string" && plainValue.length < 100 &&
        (INTEGER.test(plainValue) || FLOAT.test(plainValue))
    ? Number(plainValue.trim().replaceAll("_", ""))
    : plainValue;
  if (typeof number !== "number" || !Number.isFinite(number)) return otherwise;
  return whole ? Math.trunc(number) : number;
}

/** To the even neighbour where two are as near, as Python does. */
function round(value: number, argument: Bound): number {
  const scale = 10 ** wholeNumber(argument("precision"), "a precision");
  const scaled = value * scale;
  const method = plain(argument("method"));
  if (method === "ceil") return Math.ceil(scaled) / scale;
  if (method === "floor") return Math.floor(scaled) / scale;
  const lower = Math.floor(scaled);
  const isHalf = scaled - lower === 0.5;
  return (isHalf ? (lower % 2 === 0 ? lower : lower + 1) : Math.round(scaled)) / scale;
}

function defaulting(): Filter {
  return {
    parameters: [["default_value", ""], ["boolean", false]],
    run: (value, argument) =>
      value instanceof Missing || (truth(argument("boolean")) && !truth(value))
        ? argument("default_value")
        : value,
  };
}

function extreme(better: (order: number) => boolean): Filter {
  return {
    parameters: [["case_sensitive", false], ...ATTRIBUTE],
    run: (value, argument, { budget }) => bestOf(value, argument, budget, better),
  };
}
