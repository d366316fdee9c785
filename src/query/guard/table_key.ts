/** When two names are one table, by the connection's defaults and the engine's folding. */
import type { TableName } from "../policy.ts";

/** How a connection completes and compares names. */
export interface Naming {
  /** The catalog and schema that a name without them is in; null where the engine has none. */
  readonly catalog: string | null;
  readonly schema: string | null;
  /** The schema of Superset's own metadata, where queries could name it. */
  readonly closedSchema?: string;
  /**
   * Brings a name as the parser gives it, or as a dataset stores it, to the form in which equal
   * names are equal: PostgreSQL's are (but for their length), SQLite's ignore case, and MySQL's do
   * so or not by the server.
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

/** SQLite ignores the case of ASCII's letters and of no others (sqlite3StrICmp). */
export function foldAscii(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** MySQL where its files' names, or its settings, have no case. */
export function foldCase(name: string): string {
  return name.toLowerCase();
}

/** MySQL elsewhere: names that differ in case are those of two tables. */
export function foldNothing(name: string): string {
  return name;
}
