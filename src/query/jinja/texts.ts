/** What Python does to texts: letters' case, spaces around, a part in place of another. */
import type { Budget } from "./budget.ts";
import { find } from "./operators.ts";
import { plainText, type Value } from "./values.ts";

export function title(text: string): string {
  return text.replace(/\p{L}+/gu, capitalize);
}

export function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

export function strip(text: string, chars: Value, start: boolean, end: boolean): string {
  if (chars === null) {
    const left = start ? text.trimStart() : text;
    return end ? left.trimEnd() : left;
  }
  const set = new Set(plainText(chars, "letters"));
  let from = 0;
  let to = text.length;
  while (start && from < to && set.has(text[from]!)) from++;
  while (end && to > from && set.has(text[to - 1]!)) to--;
  return text.slice(from, to);
}

export function replaced(
  text: string,
  old: string,
  by: string,
  most: number,
  budget: Budget,
): string {
  const limit = most < 0 ? Infinity : most;
  const count = occurrences(text, old, limit, budget);
  budget.text(text.length + count * Math.max(0, by.length - old.length));
  budget.items(count);
  if (limit === Infinity) return text.replaceAll(old, () => by);
  let left = limit;
  return text.replaceAll(old, () => left-- > 0 ? by : old);
}

export function occurrences(text: string, part: string, most: number, budget: Budget): number {
  if (part === "") return Math.min(most, text.length + 1);
  let count = 0;
  let at = find(text, part, budget);
  for (; at >= 0 && count < most; at = text.indexOf(part, at + part.length)) count++;
  return count;
}
