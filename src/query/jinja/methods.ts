/** The methods of Python's texts, lists and dictionaries that templates use. */
import type { Budget } from "./budget.ts";
import { callable, type Parameter } from "./calls.ts";
import { itemsOf } from "./collections.ts";
import { formatBraces } from "./formatting.ts";
import { equal, find, joined } from "./operators.ts";
import { capitalize, occurrences, replaced, strip, title } from "./texts.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  asForeign,
  Callable,
  Dict,
  isForeign,
  isText,
  plain,
  plainText,
  Sequence,
  Text,
  typeName,
  type Value,
  wholeNumber,
} from "./values.ts";

/** A method of a value; undefined where it has none of that name. */
export function methodOf(value: Value, name: string, budget: Budget): Callable | undefined {
  if (isText(value)) return textMethod(value, name, budget);
  if (value instanceof Dict) return dictMethod(value, name);
  if (value instanceof Sequence) return sequenceMethod(value, name, budget);
  return undefined;
}

interface TextMethod {
  readonly parameters: readonly Parameter[];
  readonly run: (text: string, argument: (name: string) => Value, budget: Budget) => Value;
}

const CHARS: readonly Parameter[] = [["chars", null]];
const SEARCH: readonly Parameter[] = ["sub"];

const TEXT_METHODS: Readonly<Record<string, TextMethod>> = {
  upper: simple((text) => text.toUpperCase()),
  lower: simple((text) => text.toLowerCase()),
  title: simple(title),
  capitalize: simple(capitalize),
  swapcase: simple((text) =>
    [...text].map((one) => one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase())
      .join("")
  ),
  isdigit: simple((text) => /^\p{Nd}+$/u.test(text)),
  isnumeric: simple((text) => /^\p{N}+$/u.test(text)),
  isalpha: simple((text) => /^\p{L}+$/u.test(text)),
  isalnum: simple((text) => /^[\p{L}\p{N}]+$/u.test(text)),
  isupper: simple((text) => text === text.toUpperCase() && text !== text.toLowerCase()),
  islower: simple((text) => text === text.toLowerCase() && text !== text.toUpperCase()),
  isspace: simple((text) => text !== "" && text.trim() === ""),
  splitlines: simple((text) =>
    new Sequence(text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r\n|\r|\n/))
  ),
  strip: { parameters: CHARS, run: (text, argument) => strip(text, argument("chars"), true, true) },
  lstrip: {
    parameters: CHARS,
    run: (text, argument) => strip(text, argument("chars"), true, false),
  },
  rstrip: {
    parameters: CHARS,
    run: (text, argument) => strip(text, argument("chars"), false, true),
  },
  startswith: {
    parameters: ["prefix"],
    run: (text, argument) => anyOf(argument("prefix"), (prefix) => text.startsWith(prefix)),
  },
  endswith: {
    parameters: ["suffix"],
    run: (text, argument) => anyOf(argument("suffix"), (suffix) => text.endsWith(suffix)),
  },
  find: {
    parameters: SEARCH,
    run: (text, argument, budget) => find(text, plainText(argument("sub"), "a text"), budget),
  },
  index: {
    parameters: SEARCH,
    run(text, argument, budget) {
      const at = find(text, plainText(argument("sub"), "a text"), budget);
      if (at < 0) throw new TemplateFault("index() found nothing");
      return at;
    },
  },
  count: {
    parameters: SEARCH,
    run: (text, argument, budget) =>
      occurrences(text, plainText(argument("sub"), "a text"), Infinity, budget),
  },
  replace: {
    parameters: ["old", "new", ["count", -1]],
    run: (text, argument, budget) =>
      replaced(
        text,
        plainText(argument("old"), "what to replace"),
        plainText(argument("new"), "what to put in its place"),
        wholeNumber(argument("count"), "a count"),
        budget,
      ),
  },
  split: {
    parameters: [["sep", null], ["maxsplit", -1]],
    run: (text, argument, budget) =>
      split(text, argument("sep"), wholeNumber(argument("maxsplit"), "a count"), budget),
  },
  zfill: {
    parameters: ["width"],
    run(text, argument, budget) {
      const width = wholeNumber(argument("width"), "a width");
      budget.text(width);
      const [, sign, digits] = /^([+-]?)([^]*)$/.exec(text)!;
      return sign + digits!.padStart(width - sign!.length, "0");
    },
  },
  ljust: padded((text, width, fill) => text.padEnd(width, fill)),
  rjust: padded((text, width, fill) => text.padStart(width, fill)),
};

function textMethod(value: string | Text, name: string, budget: Budget): Callable | undefined {
  if (name === "join") {
    return callable(
      name,
      ["iterable"],
      (argument) => joinedItems(value, argument("iterable"), budget),
    );
  }
  if (name === "format") return new Callable(name, (call) => formatBraces(value, call, budget));
  const method = Object.hasOwn(TEXT_METHODS, name) ? TEXT_METHODS[name] : undefined;
  return method && callable(name, method.parameters, (argument) => {
    budget.text(value.length);
    let marked = value instanceof Text;
    const result = method.run(plain(value) as string, (parameter) => {
      const given = argument(parameter);
      marked ||= isForeign(given);
      return given;
    }, budget);
    if (typeof result === "string") budget.text(result.length);
    return marked ? asForeign(result) : result;
  });
}

/** @throws TemplateFault for an item that is no text, as Python's `join` */
export function joinedItems(separator: string | Text, list: Value, budget: Budget): Value {
  const items = itemsOf(list, budget);
  budget.items(items.length);
  return joined(
    items.flatMap((item, at) => {
      if (!isText(item)) {
        throw new TemplateFault(`Cannot join ${typeName(item)}`, null, "Use the filter join.");
      }
      return at === 0 ? [item] : [separator, item];
    }),
    budget,
  );
}

function simple(run: (text: string) => Value): TextMethod {
  return { parameters: [], run };
}

function padded(pad: (text: string, width: number, fill: string) => string): TextMethod {
  return {
    parameters: ["width", ["fillchar", " "]],
    run(text, argument, budget) {
      const width = wholeNumber(argument("width"), "a width");
      budget.text(width);
      return pad(text, width, plainText(argument("fillchar"), "a letter"));
    },
  };
}

function anyOf(value: Value, test: (text: string) => boolean): boolean {
  const all = value instanceof Sequence ? value.items : [value];
  return all.some((one) => test(plainText(one, "a text")));
}

function split(text: string, separator: Value, most: number, budget: Budget): Sequence {
  const limit = most < 0 ? Infinity : most;
  if (separator === null) {
    const words = text.trim() === "" ? [] : text.trim().split(/\s+/);
    budget.items(words.length);
    if (words.length > limit + 1) {
      throw new TemplateFault("Cannot split at spaces a limited number of times");
    }
    return new Sequence(words);
  }
  const mark = plainText(separator, "a separator");
  if (mark === "") throw new TemplateFault("Cannot split a text at an empty one");
  budget.items(occurrences(text, mark, Infinity, budget));
  const parts = text.split(mark);
  if (parts.length <= limit + 1) return new Sequence(parts);
  return new Sequence([...parts.slice(0, limit), parts.slice(limit).join(mark)]);
}

function dictMethod(value: Dict, name: string): Callable | undefined {
  const { entries } = value;
  switch (name) {
    case "get":
      return callable(
        name,
        ["key", ["default", null]],
        (argument) => {
          const value = entries.get(plain(argument("key")));
          return value === undefined ? argument("default") : value;
        },
      );
    case "keys":
      return callable(name, [], () => new Sequence([...entries.keys()]));
    case "values":
      return callable(name, [], () => new Sequence([...entries.values()]));
    case "items":
      return callable(
        name,
        [],
        () => new Sequence([...entries].map(([key, item]) => new Sequence([key, item], true))),
      );
    default:
      return undefined;
  }
}

/** `append` is the one that changes a list: a loop can't set a name outside of it. */
function sequenceMethod(value: Sequence, name: string, budget: Budget): Callable | undefined {
  switch (name) {
    case "append":
      if (value.isTuple) return undefined;
      return callable(name, ["value"], (argument) => {
        budget.items(value.items.length);
        value.append(argument("value"));
        return null;
      });
    case "index":
      return callable(name, ["value"], (argument) => {
        const at = value.items.findIndex((item) => equal(item, argument("value"), budget));
        if (at < 0) throw new TemplateFault("index() found nothing");
        return at;
      });
    case "count":
      return callable(
        name,
        ["value"],
        (argument) => value.items.filter((item) => equal(item, argument("value"), budget)).length,
      );
    default:
      return undefined;
  }
}
