/** Statistics over numbers, with pandas' and numpy's answers where values are missing (NaN). */
import { invalidArgument } from "../../errors.ts";
import type { Value } from "../frame.ts";
import { isMissing } from "./order.ts";

/** How a percentile between two values is chosen (numpy's `method`). */
export type PercentileMethod = "linear" | "lower" | "higher" | "nearest" | "midpoint";

/**
 * The values as numbers, missing ones as NaN.
 *
 * @param what the column, for the error
 * @throws ServiceError `invalid_argument` at the first that is no number
 */
export function numbersOf(values: readonly Value[], what: string): number[] {
  return values.map((value) => {
    const number = numberOf(value);
    if (number === null) {
      throw invalidArgument(`Cannot calculate with ${what}: it holds a value that is no number.`, {
        hint: "Name a numeric column or metric.",
      });
    }
    return number;
  });
}

/** NaN where missing; null where the value is no number. */
export function numberOf(value: Value): number | null {
  if (isMissing(value)) return NaN;
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

export function present(numbers: readonly number[]): number[] {
  return numbers.filter((number) => !Number.isNaN(number));
}

/** Neumaier's compensated sum, so that the order of rows does not show. */
export function sum(numbers: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const number of numbers) {
    const next = total + number;
    lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
    total = next;
  }
  // An infinity makes the compensation NaN.
  return Number.isNaN(lost) ? total : total + lost;
}

export function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? NaN : sum(numbers) / numbers.length;
}

/** @param ddof taken off the count in the divisor: 0 for a population, 1 for a sample */
export function variance(numbers: readonly number[], ddof: number): number {
  if (numbers.length <= ddof) return NaN;
  const middle = mean(numbers);
  return sum(numbers.map((number) => (number - middle) ** 2)) / (numbers.length - ddof);
}

export function median(numbers: readonly number[]): number {
  return percentile(numbers, 50);
}

/** @param q 0 to 100 */
export function percentile(
  numbers: readonly number[],
  q: number,
  method: PercentileMethod = "linear",
): number {
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return NaN;
  const sorted = numbers.toSorted((a, b) => a - b);
  const position = (q / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  const fraction = position - Math.floor(position);
  switch (method) {
    case "lower":
      return below;
    case "higher":
      return above;
    case "nearest":
      return sorted[roundHalfEven(position)]!;
    case "midpoint":
      return fraction === 0 ? below : (below + above) / 2;
    case "linear":
      return fraction === 0 ? below : below + (above - below) * fraction;
  }
}

/** As Python and numpy round: a half goes to the even neighbour. */
export function roundHalfEven(number: number): number {
  const floor = Math.floor(number);
  if (number - floor !== 0.5) return Math.round(number);
  return floor % 2 === 0 ? floor : floor + 1;
}

export function roundTo(number: number, digits: number): number {
  if (!Number.isFinite(number)) return number;
  const scale = 10 ** digits;
  const rounded = roundHalfEven(number * scale) / scale;
  return Number.isFinite(rounded) ? rounded : number;
}
