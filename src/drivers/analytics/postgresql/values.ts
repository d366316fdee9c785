/** From a value as PostgreSQL prints it to a value of a frame. */
import { Buffer } from "node:buffer";
import type { Value } from "../../../query/frame.ts";
import { bytesValue } from "../bytes.ts";
import { decimalValue, integerValue, jsonValue } from "../numbers.ts";

export type ReadText = (text: string) => Value;

export const asText: ReadText = (text) => text;
export const asBoolean: ReadText = (text) => text === "t";
export const asNumber: ReadText = Number;
export const asFloat: ReadText = (text) => Number(text);
export const asInteger: ReadText = integerValue;
export const asDecimal: ReadText = decimalValue;
export const asJson: ReadText = (text) => jsonValue(text) as Value;

/** `\x…` in hexadecimal, or the older escape format where a role keeps to it. */
export const asBytes: ReadText = (text) => {
  if (text.startsWith("\\x")) return bytesValue(Buffer.from(text.slice(2), "hex"));
  const latin = text.replace(
    /\\(\\|[0-3][0-7]{2})/g,
    (_, code) => code === "\\" ? "\\" : String.fromCharCode(parseInt(code, 8)),
  );
  return bytesValue(Buffer.from(latin, "latin1"));
};

/** Days that no calendar has (`infinity`) are null, as JSON's infinities are. */
export const asDate: ReadText = (text) => text.endsWith("infinity") ? null : text;

const TIMESTAMP =
  /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?( BC)?$/;

/** A timestamp in ISO style; without a zone it is taken as UTC. One beyond `Date` stays text. */
export const asTimestamp: ReadText = (text) => {
  // 2024-01-02 03:04:05[.678] is nearly every one, and Date reads it in one go.
  const plain = text.length === 19
    ? text
    : text.length === 22 && text.endsWith("+00")
    ? text.slice(0, 19)
    : null;
  if (plain !== null) {
    const read = new Date(`${plain.slice(0, 10)}T${plain.slice(11)}Z`);
    if (!Number.isNaN(read.getTime())) return read;
  }
  if (text.endsWith("infinity")) return null;
  const match = TIMESTAMP.exec(text);
  if (match === null) return text;
  const [, year, month, day, hour, minute, second, fraction, sign, ...rest] = match;
  const [zoneHours = "0", zoneMinutes = "0", zoneSeconds = "0", before] = rest;
  const instant = new Date(0);
  instant.setUTCFullYear(before ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
  const milliseconds = Number(`${fraction ?? ""}000`.slice(0, 3));
  instant.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds);
  const zone = Number(zoneHours) * 3600 + Number(zoneMinutes) * 60 + Number(zoneSeconds);
  const utc = new Date(instant.getTime() - (sign === "-" ? -zone : zone) * 1000);
  return Number.isNaN(utc.getTime()) ? text : utc;
};

/**
 * An array in its printed form, such as `{1,NULL,{"a,b"}}` or `[0:1]={1,2}`.
 * @param separator a comma, but for arrays of `box`
 */
export function arrayReader(element: ReadText, separator = ","): ReadText {
  return (text) => {
    let at = text.indexOf("{");
    const read = (): unknown[] => {
      const items: unknown[] = [];
      at += 1;
      while (at < text.length && text[at] !== "}") {
        if (text[at] === separator) at += 1;
        else if (text[at] === "{") items.push(read());
        else items.push(text[at] === '"' ? element(quoted()) : bare());
      }
      at += 1;
      return items;
    };
    const quoted = (): string => {
      let item = "";
      for (at += 1; at < text.length && text[at] !== '"'; at += 1) {
        if (text[at] === "\\") at += 1;
        item += text[at];
      }
      at += 1;
      return item;
    };
    const bare = (): Value => {
      const start = at;
      while (at < text.length && text[at] !== separator && text[at] !== "}") at += 1;
      const item = text.slice(start, at);
      return item === "NULL" ? null : element(item);
    };
    return at < 0 ? text : read();
  };
}
