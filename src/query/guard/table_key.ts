/** When two names are one table, by the connection's defaults and the engine's folding. */
import type { TableName } from "../policy.ts";

/** How a connection completes and compares names. */
export interface Naming {
  /** The catalog and schema that a name without them is in; null where the engine has none. */
  readonly catalog: string | null;
  readonly schema: string | null;
  /**
   * Brings a name as the parser gives it, or as a dataset stores it, to the form in which equal
   * names are equal: PostgreSQL's are (but for their length), SQLite's ignore case.
   */
  readonly fold: (name: string) => string;
}

/** A key for maps of tables. */
export function tableKey({ catalog, schema, table }: TableName, naming: Naming): string {
  const parts = [catalog ?? naming.catalog, schema ?? naming.schema, table];
  return JSON.stringify(parts.map((part) => part === null ? null : naming.fold(part)));
}

/** PostgreSQL keeps the case of what it stores and cuts names at 63 bytes (NAMEDATALEN). */
export function foldPostgresql(name: string): string {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length <= 63) return name;
  // A character that does not fit whole is dropped whole.
  let end = 63;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

/** MySQL and SQLite: names that differ in case are the same table, or may be on another server. */
export function foldCase(name: string): string {
  return name.toLowerCase();
}
