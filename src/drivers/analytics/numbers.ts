/** Numbers as text, kept without loss: a JavaScript number where it can hold them, else the text. */

/** Decimal digits that every double holds. */
const SAFE_DIGITS = 15;

/** A whole number of any size. */
export function integerValue(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/** A decimal as the database prints it; NaN and infinities are numbers. */
export function decimalValue(text: string): number | string {
  if (text.length <= SAFE_DIGITS) return Number(text);
  const digits = significantDigits(text);
  return digits === null || digits <= SAFE_DIGITS ? Number(text) : text;
}

/** How many digits count; zeros before and after them do not. Null for what is no plain decimal. */
function significantDigits(text: string): number | null {
  const match = /^-?0*(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  const kept = fraction.replace(/0+$/, "");
  if (whole === "") return kept.replace(/^0+/, "").length;
  return kept === "" ? whole.replace(/0+$/, "").length : whole.length + kept.length;
}

/** JSON whose numbers that no double holds become text. */
export function jsonValue(text: string): unknown {
  try {
    if (!/\d{16}|\d\.\d{15}/.test(text)) return JSON.parse(text);
    return JSON.parse(text, keepLongNumbers as (key: string, value: unknown) => unknown);
  } catch {
    return text;
  }
}

/** The third argument is the number as it was written (ECMAScript's "JSON.parse source text"). */
function keepLongNumbers(_key: string, value: unknown, context?: { readonly source?: string }) {
  if (typeof value !== "number" || context?.source === undefined) return value;
  return /[.eE]/.test(context.source) ? decimalValue(context.source) : integerValue(context.source);
}
