/** Python's operators over a template's values. */
import type { Budget } from "./budget.ts";
import { formatPercent } from "./formatting.ts";
import { printed } from "./printing.ts";
import type { BinaryOperator, Comparison } from "./syntax.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  Dict,
  isText,
  Missing,
  Moment,
  partsOf,
  plain,
  Sequence,
  type Text,
  textOf,
  typeName,
  type Value,
} from "./values.ts";

/** @throws TemplateFault for values that the operator does not take */
export function binary(
  operator: BinaryOperator,
  left: Value,
  right: Value,
  budget: Budget,
): Value {
  if (operator === "~") return joined([printed(left, budget), printed(right, budget)], budget);
  if (left instanceof Missing) throw left.fault();
  if (right instanceof Missing) throw right.fault();
  if (operator === "+") {
    if (isText(left) && isText(right)) return joined([left, right], budget);
    if (left instanceof Sequence && right instanceof Sequence && left.isTuple === right.isTuple) {
      budget.items(left.items.length + right.items.length);
      return new Sequence([...left.items, ...right.items], left.isTuple);
    }
  }
  if (operator === "*" && (isText(left) || left instanceof Sequence)) {
    return repeated(left, right, budget);
  }
  if (operator === "%" && isText(left)) return formatPercent(left, right, budget);
  const one = typeof left === "boolean" ? Number(left) : left;
  const two = typeof right === "boolean" ? Number(right) : right;
  if (typeof one === "number" && typeof two === "number") return arithmetic(operator, one, two);
  throw new TemplateFault(`Cannot use '${operator}' on ${typeName(left)} and ${typeName(right)}`);
}

function arithmetic(operator: Exclude<BinaryOperator, "~">, left: number, right: number): number {
  if (right === 0 && (operator === "/" || operator === "//" || operator === "%")) {
    throw new TemplateFault("Cannot divide by zero");
  }
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return Math.floor(left / right);
    case "%":
      return left - right * Math.floor(left / right);
    case "**":
      return left ** right;
  }
}

function repeated(value: string | Text | Sequence, times: Value, budget: Budget): Value {
  if (typeof times !== "number" || !Number.isInteger(times)) {
    throw new TemplateFault(`Cannot repeat ${typeName(value)}: give a whole number of times`);
  }
  const count = Math.max(0, times);
  if (value instanceof Sequence) {
    budget.items(value.items.length * count);
    return new Sequence(Array.from({ length: count }, () => value.items).flat(), value.isTuple);
  }
  budget.text(value.length * count);
  if (typeof value === "string") return value.repeat(count);
  budget.items(count);
  return textOf(Array.from({ length: count }, () => partsOf(value)).flat());
}

/** Texts one after the other. */
export function joined(texts: readonly (string | Text)[], budget: Budget): string | Text {
  budget.text(texts.reduce((sum, text) => sum + text.length, 0));
  if (texts.every((text) => typeof text === "string")) return texts.join("");
  const parts = texts.flatMap(partsOf);
  budget.spend(parts.length);
  return textOf(parts);
}

/** @throws TemplateFault for values that have no order, or hold nothing */
export function compared(
  operator: Comparison,
  left: Value,
  right: Value,
  budget: Budget,
): boolean {
  switch (operator) {
    case "==":
      return equal(left, right, budget);
    case "!=":
      return !equal(left, right, budget);
    case "in":
      return contains(right, left, budget);
    case "not in":
      return !contains(right, left, budget);
  }
  const order = orderOf(left, right, budget);
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

export function equal(one: Value, two: Value, budget: Budget): boolean {
  budget.step();
  const left = typeof one === "boolean" ? Number(one) : plain(one);
  const right = typeof two === "boolean" ? Number(two) : plain(two);
  if (typeof left === "string" && typeof right === "string") {
    budget.spend(Math.min(left.length, right.length));
    return left === right;
  }
  if (left instanceof Sequence && right instanceof Sequence) {
    return left.isTuple === right.isTuple && left.items.length === right.items.length &&
      left.items.every((item, at) => equal(item, right.items[at]!, budget));
  }
  if (left instanceof Dict && right instanceof Dict) {
    return left.entries.size === right.entries.size &&
      [...left.entries].every(([key, item]) =>
        right.entries.has(key) && equal(item, right.entries.get(key)!, budget)
      );
  }
  if (left instanceof Moment && right instanceof Moment) {
    return left.time.getTime() === right.time.getTime();
  }
  if (left instanceof Missing && right instanceof Missing) return left.name === right.name;
  return left === right;
}

/** Less than, equal to or more than zero. */
export function orderOf(one: Value, two: Value, budget: Budget): number {
  budget.step();
  const left = typeof one === "boolean" ? Number(one) : plain(one);
  const right = typeof two === "boolean" ? Number(two) : plain(two);
  if (left instanceof Missing) throw left.fault();
  if (right instanceof Missing) throw right.fault();
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") {
    budget.spend(Math.min(left.length, right.length));
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (left instanceof Moment && right instanceof Moment) {
    return left.time.getTime() - right.time.getTime();
  }
  if (left instanceof Sequence && right instanceof Sequence) {
    const shared = Math.min(left.items.length, right.items.length);
    for (let at = 0; at < shared; at++) {
      const order = orderOf(left.items[at]!, right.items[at]!, budget);
      if (order !== 0) return order;
    }
    return left.items.length - right.items.length;
  }
  throw new TemplateFault(`Cannot compare ${typeName(one)} with ${typeName(two)}`);
}

function contains(container: Value, item: Value, budget: Budget): boolean {
  if (container instanceof Missing) return false;
  if (isText(container) && isText(item)) {
    return find(plain(container) as string, plain(item) as string, budget) >= 0;
  }
  if (container instanceof Sequence) {
    return container.items.some((one) => equal(one, item, budget));
  }
  if (container instanceof Dict) return container.entries.has(plain(item));
  throw new TemplateFault(`Cannot look for ${typeName(item)} in ${typeName(container)}`);
}

/** Where a text stands in another, or -1. The work of the worst case is paid for. */
export function find(text: string, part: string, budget: Budget, from = 0): number {
  budget.spend(text.length + part.length + Math.ceil(text.length * part.length / 256));
  return text.indexOf(part, from);
}
