/**
 * MySQL's column types (its client/server protocol, "Column Definition"): their names, what
 * Superset takes them for, and how the values of the text protocol are read.
 */
import type { Buffer } from "node:buffer";
import type { GenericType, Value } from "../../../query/frame.ts";
import { bytesValue } from "../bytes.ts";
import { decimalValue, integerValue, jsonValue } from "../numbers.ts";

export interface MysqlType {
  readonly name: string;
  readonly type: GenericType;
  readonly read: (bytes: Buffer) => Value;
  readonly floating?: boolean;
}

const NUMERIC = 0, STRING = 1, TEMPORAL = 2;
/** The character set `binary`. */
const BINARY = 63;

const text = (bytes: Buffer): string => bytes.toString("utf8");
const number = (bytes: Buffer): Value => Number(bytes.toString("latin1"));
const integer = (bytes: Buffer): Value => integerValue(bytes.toString("latin1"));
const decimal = (bytes: Buffer): Value => decimalValue(bytes.toString("latin1"));
const bits = (bytes: Buffer): Value =>
  integerValue(String(bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)));

/** Days that no calendar has are null, as Python's drivers have it. */
const date = (bytes: Buffer): Value => {
  const day = bytes.toString("latin1");
  return day.startsWith("0000-00-00") ? null : day;
};

/** Without a zone, which MySQL's times never name; taken as UTC. */
const timestamp = (bytes: Buffer): Value => {
  const printed = bytes.toString("latin1");
  const instant = new Date(`${printed.slice(0, 10)}T${printed.slice(11, 23)}Z`);
  if (!Number.isNaN(instant.getTime())) return instant;
  return printed.startsWith("0000-00-00") ? null : printed;
};

const BY_CODE: Readonly<Record<number, MysqlType>> = {
  0: { name: "decimal", type: NUMERIC, read: decimal },
  1: { name: "tinyint", type: NUMERIC, read: number },
  2: { name: "smallint", type: NUMERIC, read: number },
  3: { name: "int", type: NUMERIC, read: number },
  4: { name: "float", type: NUMERIC, read: number, floating: true },
  5: { name: "double", type: NUMERIC, read: number, floating: true },
  6: { name: "null", type: STRING, read: text },
  7: { name: "timestamp", type: TEMPORAL, read: timestamp },
  8: { name: "bigint", type: NUMERIC, read: integer },
  9: { name: "mediumint", type: NUMERIC, read: number },
  10: { name: "date", type: TEMPORAL, read: date },
  11: { name: "time", type: STRING, read: text },
  12: { name: "datetime", type: TEMPORAL, read: timestamp },
  13: { name: "year", type: NUMERIC, read: number },
  14: { name: "date", type: TEMPORAL, read: date },
  16: { name: "bit", type: NUMERIC, read: bits },
  245: { name: "json", type: STRING, read: (bytes) => jsonValue(text(bytes)) as Value },
  246: { name: "decimal", type: NUMERIC, read: decimal },
};

/** The same code stands for text and for binary values; the character set tells them apart. */
const BY_CODE_AND_SET: Readonly<Record<number, readonly [text: string, binary: string]>> = {
  15: ["varchar", "varbinary"],
  247: ["enum", "enum"],
  248: ["set", "set"],
  249: ["tinytext", "tinyblob"],
  250: ["mediumtext", "mediumblob"],
  251: ["longtext", "longblob"],
  252: ["text", "blob"],
  253: ["varchar", "varbinary"],
  254: ["char", "binary"],
  255: ["geometry", "geometry"],
};

export function mysqlType(code: number, characterSet: number): MysqlType {
  const plain = BY_CODE[code];
  if (plain !== undefined) return plain;
  const names = BY_CODE_AND_SET[code] ?? ["", ""];
  return characterSet === BINARY
    ? { name: names[1], type: STRING, read: bytesValue }
    : { name: names[0], type: STRING, read: text };
}

/** What a type's name in the information schema says. */
export function genericTypeOf(name: string): GenericType {
  const bare = name.toLowerCase().replace(/[ (].*$/, "");
  return Object.values(BY_CODE).find((type) => type.name === bare)?.type ?? STRING;
}
