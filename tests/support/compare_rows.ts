/** When two values of an answer are the same, by the service's contract. */

/** Numbers to 9 digits, number and numeric text alike, times as their milliseconds. */
export function comparable(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === "boolean" || value === null || value === undefined) return value ?? null;
  const number = typeof value === "number" || value !== "" ? Number(value) : NaN;
  return Number.isNaN(number) ? value : Number(number.toPrecision(9));
}
