/** Items of texts, lists and dictionaries: what loops go over, and what brackets take out. */
import type { Budget } from "./budget.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  asForeign,
  Dict,
  Fields,
  isText,
  Missing,
  plain,
  Sequence,
  Text,
  typeName,
  type Value,
  wholeNumber,
} from "./values.ts";

/** @throws TemplateFault for what holds no items */
export function itemsOf(value: Value, budget: Budget): readonly Value[] {
  if (value instanceof Sequence) return value.items;
  if (value instanceof Dict) return [...value.entries.keys()];
  if (value instanceof Missing) return [];
  if (isText(value)) {
    budget.items(value.length);
    const letters = [...(plain(value) as string)];
    return value instanceof Text ? letters.map(asForeign) : letters;
  }
  throw new TemplateFault(`Cannot loop over ${typeName(value)}`);
}

/** @throws TemplateFault for what has no length */
export function lengthOf(value: Value): number {
  if (isText(value)) return [...(plain(value) as string)].length;
  if (value instanceof Sequence) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  if (value instanceof Missing) return 0;
  throw new TemplateFault(`Cannot tell the length of ${typeName(value)}`);
}

/** `value[key]`; what is not there is `Missing`. @throws TemplateFault for what has no items */
export function itemOf(value: Value, key: Value, budget: Budget): Value {
  if (value instanceof Missing) throw value.fault();
  const name = plain(key);
  if (value instanceof Dict) {
    return present(value.entries.get(name), () => missingItem("dict", key));
  }
  if (value instanceof Fields && typeof name === "string") return fieldOf(value, name);
  if (value instanceof Sequence || isText(value)) {
    const kind = value instanceof Sequence ? (value.isTuple ? "tuple" : "list") : "str";
    if (typeof name !== "number" || !Number.isInteger(name)) return missingItem(kind, key);
    const items = itemsOf(value, budget);
    return present(items[name < 0 ? items.length + name : name], () => missingItem(kind, key));
  }
  return missingItem(typeName(value), key);
}

/** The value, which may be None, or what stands for one that is not there. */
export function present(value: Value | undefined, missing: () => Missing): Value {
  return value === undefined ? missing() : value;
}

export function fieldOf(value: Fields, name: string): Value {
  const field = value.fields.get(name);
  if (field !== undefined) return field;
  if (value.required !== null) throw value.required(name);
  return missingItem("object", name);
}

export function missingItem(kind: string, key: Value): Missing {
  const name = plain(key);
  const label = typeof name === "string" ? `'${name}'` : String(name);
  return new Missing(
    typeof name === "string" ? name : `[${label}]`,
    `{{ no such element: ${kind} object[${label}] }}`,
  );
}

/** `value[start:stop:step]`. @throws TemplateFault for what has no order */
export function slice(
  value: Value,
  bounds: readonly (Value | null)[],
  budget: Budget,
): Value {
  if (value instanceof Missing) throw value.fault();
  if (!(value instanceof Sequence) && !isText(value)) {
    throw new TemplateFault(`Cannot take a part of ${typeName(value)}`);
  }
  const items = itemsOf(value, budget);
  const step = bounds[2] === null || bounds[2] === undefined ? 1 : wholeNumber(bounds[2], "a step");
  if (step === 0) throw new TemplateFault("Cannot take a part in steps of zero");
  const size = items.length;
  const [first, last] = step > 0 ? [0, size] : [size - 1, -1];
  const bound = (at: Value | null | undefined, otherwise: number) => {
    if (at === null || at === undefined) return otherwise;
    const index = wholeNumber(at, "a bound");
    const counted = index < 0 ? index + size : index;
    return step > 0
      ? Math.min(Math.max(counted, 0), size)
      : Math.min(Math.max(counted, -1), size - 1);
  };
  const stop = bound(bounds[1], last);
  const taken: Value[] = [];
  for (let at = bound(bounds[0], first); step > 0 ? at < stop : at > stop; at += step) {
    taken.push(items[at]!);
  }
  if (value instanceof Sequence) return new Sequence(taken, value.isTuple);
  const text = taken.map((letter) => plain(letter)).join("");
  return value instanceof Text ? asForeign(text) : text;
}
