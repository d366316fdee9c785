/**
 * What a template computes with: Python's values as far as Superset's templates need them, in classes
 * of their own. None has a property that a template could name; what one may ask of them is a list.
 */
import { TemplateFault } from "./template_fault.ts";

export type Value =
  | null
  | boolean
  | number
  | string
  | Text
  | Sequence
  | Dict
  | Moment
  | Callable
  | Fields
  | Missing;

/** A piece of text, and where it came from. */
export interface Part {
  readonly text: string;
  /** Whether a person who asks could have chosen it. */
  readonly foreign: boolean;
  /** True for a row-level rule's clause that is not the caller's to read. */
  readonly hidden?: boolean;
}

/**
 * Text that came, in part, from whoever asks: a filter's value, a parameter, a name, a claim. Where
 * it ends up in SQL it is kept inside of what it stands in (sql_writer.ts). Text of the template's
 * author is a plain string. A hidden part can be put beside other text, and never be looked into.
 */
export class Text {
  readonly parts: readonly Part[];
  readonly length: number;

  constructor(parts: readonly Part[]) {
    this.parts = parts;
    this.length = parts.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** @throws TemplateFault where a part is hidden */
  get plain(): string {
    this.requireOpen();
    return this.parts.map(({ text }) => text).join("");
  }

  /** @throws TemplateFault where a part is hidden */
  requireOpen(): void {
    if (this.parts.some(({ hidden }) => hidden)) {
      throw new TemplateFault(
        "The text of row-level rules can't be looked into here",
        null,
        "Write a rule as a condition, as it is; only who may read rules can do more with it.",
      );
    }
  }
}

/** A list, or a tuple, which prints in round brackets. */
export class Sequence {
  readonly isTuple: boolean;
  #items: readonly Value[];

  constructor(items: readonly Value[], isTuple = false) {
    this.#items = items;
    this.isTuple = isTuple;
  }

  get items(): readonly Value[] {
    return this.#items;
  }

  append(item: Value): void {
    this.#items = [...this.#items, item];
  }
}

export class Dict {
  readonly entries: ReadonlyMap<Value, Value>;

  constructor(entries: Iterable<readonly [Value, Value]>) {
    this.entries = new Map(entries);
  }
}

/** A point in time, whose UTC parts are its clock's. */
export class Moment {
  readonly time: Date;

  constructor(time: Date) {
    this.time = time;
  }
}

/** Named fields: `loop`, and what `namespace()` makes, whose fields can be set. */
export class Fields {
  readonly #make: () => Iterable<readonly [string, Value]>;
  #fields: Map<string, Value> | null = null;
  readonly settable: boolean;
  /** The error for a field that is not there; without it, it is just missing. */
  readonly required: ((name: string) => TemplateFault) | null;

  constructor(
    fields: () => Iterable<readonly [string, Value]>,
    options: {
      readonly settable?: boolean;
      readonly required?: (name: string) => TemplateFault;
    } = {},
  ) {
    this.#make = fields;
    this.settable = options.settable ?? false;
    this.required = options.required ?? null;
  }

  /** Made when first asked for: most loops ask for none. */
  get fields(): Map<string, Value> {
    return this.#fields ??= new Map(this.#make());
  }
}

/** Arguments of a call, with the budget that the call draws on. */
export interface Call {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export class Callable {
  readonly name: string;
  readonly call: (call: Call) => Value;

  constructor(name: string, call: (call: Call) => Value) {
    this.name = name;
    this.call = call;
  }
}

/** What is not there: false, empty, and printed as the template wrote it (Jinja's DebugUndefined). */
export class Missing {
  readonly name: string;
  readonly printed: string;

  constructor(name: string, printed = `{{ ${name} }}`) {
    this.name = name;
    this.printed = printed;
  }

  fault(): TemplateFault {
    return new TemplateFault(`'${this.name}' is undefined`);
  }
}

export function foreign(text: string): Value {
  return text === "" ? "" : new Text([{ text, foreign: true }]);
}

/** A row-level rule's clause, for a caller who may not know what it says. */
export function hidden(text: string): Text {
  return new Text([{ text, foreign: false, hidden: true }]);
}

/** Parts as the simplest text that says the same. */
export function textOf(parts: readonly Part[]): string | Text {
  const filled = parts.filter(({ text }) => text !== "");
  return filled.some((part) => part.foreign || part.hidden)
    ? new Text(filled)
    : filled.map(({ text }) => text).join("");
}

export function partsOf(text: string | Text): readonly Part[] {
  return typeof text === "string" ? [{ text, foreign: false }] : text.parts;
}

export function isText(value: Value): value is string | Text {
  return typeof value === "string" || value instanceof Text;
}

/** Text without the knowledge of where it came from; other values as they are. */
export function plain(value: Value): Value {
  return value instanceof Text ? value.plain : value;
}

/** @throws TemplateFault where it is none */
export function plainText(value: Value, what: string): string {
  if (typeof value === "string") return value;
  if (value instanceof Text) return value.plain;
  throw new TemplateFault(`Cannot use ${typeName(value)} as ${what}: it has to be text`);
}

/** @throws TemplateFault where it is none */
export function wholeNumber(value: Value, what: string): number {
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number)) return number;
  throw new TemplateFault(`Cannot use ${typeName(value)} as ${what}: it has to be a whole number`);
}

/** Whether Python takes it for true. */
export function truth(value: Value): boolean {
  if (value instanceof Text) return value.length > 0;
  if (value instanceof Sequence) return value.items.length > 0;
  if (value instanceof Dict) return value.entries.size > 0;
  if (value instanceof Missing) return false;
  return typeof value === "object" && value !== null ? true : Boolean(value);
}

/** What Python calls its type. */
export function typeName(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return "a boolean";
  if (typeof value === "number") return "a number";
  if (isText(value)) return "text";
  if (value instanceof Sequence) return value.isTuple ? "a tuple" : "a list";
  if (value instanceof Dict) return "a dictionary";
  if (value instanceof Moment) return "a time";
  if (value instanceof Callable) return `the function '${value.name}'`;
  return value instanceof Missing ? `'${value.name}', which is undefined,` : "an object";
}

/**
 * Data as a template's value: a copy of its own, so that nothing else can be reached from it.
 * @param isForeign marks every text in it
 */
export function toValue(data: unknown, isForeign: boolean, depth = 0): Value {
  if (data === null || data === undefined) return null;
  if (typeof data === "boolean" || typeof data === "number") return data;
  if (typeof data === "bigint") return String(data);
  if (typeof data === "string") return isForeign ? foreign(data) : data;
  if (data instanceof Date) return new Moment(new Date(data));
  if (depth > 50 || typeof data !== "object") return null;
  if (Array.isArray(data)) {
    return new Sequence(data.map((item) => toValue(item, isForeign, depth + 1)));
  }
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  return new Dict(entries.map(([key, value]) => [key, toValue(value, isForeign, depth + 1)]));
}

/** Whether a text of someone else is anywhere in it. */
export function isForeign(value: Value): boolean {
  if (value instanceof Text) return true;
  if (value instanceof Sequence) return value.items.some(isForeign);
  if (value instanceof Dict) {
    return [...value.entries].some(([key, item]) => isForeign(key) || isForeign(item));
  }
  return false;
}

/** The same with every text in it marked as someone else's. */
export function asForeign(value: Value): Value {
  if (typeof value === "string") return foreign(value);
  if (value instanceof Text) return foreign(value.plain);
  if (value instanceof Sequence) return new Sequence(value.items.map(asForeign), value.isTuple);
  if (value instanceof Dict) {
    return new Dict([...value.entries].map(([key, item]) => [key, asForeign(item)]));
  }
  return value;
}
