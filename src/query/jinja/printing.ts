/** Values as text, as Python prints them, and as JSON. Text of someone else stays marked. */
import type { Budget } from "./budget.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  Callable,
  Dict,
  isText,
  Missing,
  Moment,
  type Part,
  plain,
  Sequence,
  Text,
  textOf,
  typeName,
  type Value,
} from "./values.ts";

/** Python's `str()`. @throws TemplateFault for a function, which has no text */
export function printed(value: Value, budget: Budget): string | Text {
  if (isText(value)) return value;
  if (value instanceof Missing) return value.printed;
  if (value instanceof Moment) return isoformat(value.time, " ");
  const parts: Part[] = [];
  represent(value, budget, parts, 0);
  const text = textOf(parts);
  budget.text(text.length);
  return text;
}

const MAX_DEPTH = 50;

/** Python's `repr()`. */
function represent(value: Value, budget: Budget, parts: Part[], depth: number): void {
  budget.step();
  const own = (text: string) => parts.push({ text, foreign: false });
  if (depth > MAX_DEPTH) throw new TemplateFault("Cannot print what is nested so deep");
  if (value === null) own("None");
  else if (typeof value === "boolean") own(value ? "True" : "False");
  else if (typeof value === "number") own(numberText(value));
  else if (isText(value)) representText(value, budget, parts);
  else if (value instanceof Sequence) {
    own(value.isTuple ? "(" : "[");
    value.items.forEach((item, at) => {
      if (at > 0) own(", ");
      represent(item, budget, parts, depth + 1);
    });
    own(value.isTuple ? (value.items.length === 1 ? ",)" : ")") : "]");
  } else if (value instanceof Dict) {
    own("{");
    [...value.entries].forEach(([key, item], at) => {
      if (at > 0) own(", ");
      represent(key, budget, parts, depth + 1);
      own(": ");
      represent(item, budget, parts, depth + 1);
    });
    own("}");
  } else if (value instanceof Moment) own(`datetime.datetime(${isoformat(value.time, " ")})`);
  else throw new TemplateFault(`Cannot print ${typeName(value)}`, null, callHint(value));
}

function callHint(value: Value): string | null {
  return value instanceof Callable ? `Call it: {{ ${value.name}(…) }}.` : null;
}

function representText(text: string | Text, budget: Budget, parts: Part[]): void {
  budget.text(text.length);
  if (text instanceof Text) {
    // In quotes it would be a value of the query's.
    text.requireOpen();
    parts.push(OWN_QUOTE, ...text.parts, OWN_QUOTE);
    return;
  }
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = quote === "'" ? escaped.replaceAll("'", "\\'") : escaped;
  parts.push({ text: quote + body + quote, foreign: false });
}

const OWN_QUOTE: Part = { text: "'", foreign: false };

/** A whole number prints without a fraction, whatever it was divided from. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** As Python writes it: a fraction only where there is one, in microseconds. */
export function isoformat(time: Date, separator: string): string {
  const text = time.toISOString().replace("T", separator);
  return text.endsWith(".000Z") ? text.slice(0, -5) : `${text.slice(0, -1)}000`;
}

/** JSON, with Python's spaces, as the filter `tojson` makes it. */
export function toJson(value: Value, budget: Budget, depth = 0): string {
  budget.step();
  if (depth > MAX_DEPTH) throw new TemplateFault("Cannot write JSON of what is nested so deep");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    return Number.isFinite(value) ? String(value) : value > 0 ? "Infinity" : "NaN";
  }
  if (isText(value)) {
    const text = plain(value) as string;
    budget.text(text.length);
    return asciiJson(text);
  }
  if (value instanceof Sequence) {
    return `[${value.items.map((item) => toJson(item, budget, depth + 1)).join(", ")}]`;
  }
  if (value instanceof Dict) {
    const entries = [...value.entries]
      .map(([key, item]) => [String(printedKey(key)), item] as const)
      .toSorted(([one], [two]) => one < two ? -1 : one > two ? 1 : 0)
      .map(([key, item]) => `${asciiJson(key)}: ${toJson(item, budget, depth + 1)}`);
    return `{${entries.join(", ")}}`;
  }
  throw new TemplateFault(`Cannot write ${typeName(value)} as JSON`);
}

function printedKey(key: Value): string | number | boolean | null {
  if (key instanceof Text) return key.plain;
  if (typeof key === "object" && key !== null) {
    throw new TemplateFault(`Cannot write ${typeName(key)} as a key of JSON`);
  }
  return key;
}

/** ASCII only, and without what could end a tag, as Jinja's `htmlsafe_json_dumps`. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&']|[^\p{ASCII}]/gu,
    (one) => one.split("").map(escapedUnit).join(""),
  );
}

function escapedUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
