/** What Jinja's filters of lists do: pick, order and compare items, by an attribute where one is named. */
import type { Budget } from "./budget.ts";
import type { Bound } from "./calls.ts";
import { fieldOf, itemOf, itemsOf, present } from "./collections.ts";
import { equal, orderOf } from "./operators.ts";
import { Fields, Missing, plain, Sequence, truth, type Value } from "./values.ts";

export function firstOf(items: readonly Value[]): Value {
  return present(items[0], () => new Missing("the first item of an empty list"));
}

/** The item itself, or what of it a filter's `attribute` names: `a.b`, or a number. */
export function attributeOf(item: Value, argument: Bound, budget: Budget): Value {
  const name = plain(argument("attribute"));
  if (name === null) return item;
  const path = typeof name === "string" ? name.split(".") : [name];
  return path.reduce<Value>((value, key) => {
    if (value instanceof Fields && typeof key === "string") return fieldOf(value, key);
    const index = typeof key === "string" && /^\d+$/.test(key) ? Number(key) : key;
    return itemOf(value, index, budget);
  }, item);
}

/** What a list is ordered by: without regard to case, unless that is asked for. */
function keyOf(item: Value, argument: Bound, budget: Budget): Value {
  const key = plain(attributeOf(item, argument, budget));
  return typeof key === "string" && !truth(argument("case_sensitive")) ? key.toLowerCase() : key;
}

export function sorted(value: Value, argument: Bound, budget: Budget): Value {
  const items = itemsOf(value, budget).map((item) => ({
    item,
    key: keyOf(item, argument, budget),
  }));
  budget.items(items.length);
  const sign = truth(argument("reverse")) ? -1 : 1;
  const ordered = items.toSorted((one, two) => sign * orderOf(one.key, two.key, budget));
  return new Sequence(ordered.map(({ item }) => item));
}

export function unique(value: Value, argument: Bound, budget: Budget): Value {
  const kept: { item: Value; key: Value }[] = [];
  const seen = new Set<Value>();
  for (const item of itemsOf(value, budget)) {
    const key = keyOf(item, argument, budget);
    const isSeen = typeof key === "object" && key !== null
      ? kept.some((one) => equal(one.key, key, budget))
      : seen.has(key);
    budget.step();
    if (isSeen) continue;
    seen.add(key);
    kept.push({ item, key });
  }
  return new Sequence(kept.map(({ item }) => item));
}

/** The item that comes before all others. @param better of the order of an item and the best so far */
export function bestOf(
  value: Value,
  argument: Bound,
  budget: Budget,
  better: (order: number) => boolean,
): Value {
  const items = itemsOf(value, budget);
  if (items.length === 0) return firstOf(items);
  return items.reduce((best, item) =>
    better(orderOf(keyOf(item, argument, budget), keyOf(best, argument, budget), budget))
      ? item
      : best
  );
}
