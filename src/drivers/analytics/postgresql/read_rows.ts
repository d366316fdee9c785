/** Reads one statement's rows as they come, inside a transaction. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type postgres from "postgres";
import type { RunLimits, Statement } from "../engine.ts";
import type { Flow } from "../flow.ts";
import type { BuiltColumn, ResultBuilder } from "../result_builder.ts";
import { BUILT_IN, type TypeNames, UNKNOWN } from "./types.ts";
import type { ReadText } from "./values.ts";

/** By how much a message may be longer than the byte cap: the names of columns are none of it. */
const MESSAGE_ALLOWANCE = 1 << 20;

/** One row, of rows that are handed on in batches: it is the most that is gathered at once. */
const MAX_ROW_BYTES = 64 * 1024 * 1024;

/** Counts what comes in, so that one value without end is not gathered until memory is gone. */
export interface Incoming {
  pending: number;
  limit: { readonly bytes: number; readonly onExceeded: () => void } | null;
}

export function countIncoming(socket: Socket): Incoming {
  const incoming: Incoming = { pending: 0, limit: null };
  socket.prependListener("data", (chunk: Uint8Array) => {
    incoming.pending += chunk.length;
    if (incoming.limit !== null && incoming.pending > incoming.limit.bytes) {
      incoming.limit.onExceeded();
    }
  });
  return incoming;
}

export interface ReadColumn {
  readonly name: string;
  readonly oid: number;
}

export interface Reading {
  /** Settles when the server is through, with the rows that it read or changed. */
  readonly done: Promise<number>;
  /** Known from the first row on, or when it is done. */
  readonly columns: readonly ReadColumn[];
}

export interface ReadOptions {
  readonly sql: postgres.Sql;
  readonly statement: Statement;
  readonly limits: RunLimits;
  readonly builder: ResultBuilder;
  readonly types: TypeNames;
  readonly incoming: Incoming;
  readonly flow: Flow;
  readonly builtColumns: (columns: readonly ReadColumn[]) => readonly BuiltColumn[];
  /** Called once, when more came than the caps allow. */
  readonly onFull: () => void;
}

/**
 * Starts a statement in a read-only transaction of its own.
 * @param onUnended called when the transaction could not be ended
 */
export function readRows(options: ReadOptions, onUnended: () => void): Reading {
  const { sql, limits } = options;
  // All three leave in one packet, which saves a write and a wait of the next statement's. Where the
  // first fails, so does the second; the third ends the transaction whatever came of it.
  sql.unsafe(beginning("read only", limits)).catch(() => {});
  const reading = readStatement(options);
  sql.unsafe("rollback").catch(onUnended);
  return reading;
}

/**
 * Starts a statement in the transaction that there is. Not through a cursor: PostgreSQL runs no
 * parallel plan for a portal that is fetched in parts (manual, "When Can Parallel Query Be Used?");
 * the caps end it instead.
 */
export function readStatement(options: ReadOptions): Reading {
  const { sql, statement, limits, builder, types, incoming } = options;
  const query = sql.unsafe(
    statement.sql,
    statement.parameters.map(bindable) as postgres.ParameterOrJSON<never>[],
    EXTENDED_PROTOCOL,
  ).raw();
  const reading: { done: Promise<number>; columns: ReadColumn[] } = {
    done: Promise.resolve(0),
    columns: [],
  };
  let readers: ReadText[] = [];
  let full = false;
  const stop = () => {
    if (full) return;
    full = true;
    builder.truncate();
    options.onFull();
  };
  incoming.pending = 0;
  const bytes = Math.min(limits.maxBytes, MAX_ROW_BYTES) + MESSAGE_ALLOWANCE;
  incoming.limit = { bytes, onExceeded: stop };
  const onRow = (row: readonly (Buffer | null)[], result: { statement: postgres.Statement }) => {
    if (full) return;
    if (readers.length === 0) {
      reading.columns = result.statement.columns.map(({ name, type }) => ({ name, oid: type }));
      readers = reading.columns.map(({ oid }) =>
        (BUILT_IN.get(oid) ?? types.get(oid) ?? UNKNOWN).read
      );
    }
    const bytes = row.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    incoming.pending -= bytes + 7 + 4 * row.length;
    if (!builder.admit(bytes)) return stop();
    for (let at = 0; at < row.length; at++) {
      const value = row[at]!;
      builder.push(at, value === null ? null : readers[at]!(value.toString("utf8")));
    }
    const wait = builder.endRow(() => options.builtColumns(reading.columns));
    if (wait !== null) options.flow.hold(wait);
  };
  // The driver's types know rows as objects only, and not the statement beside them.
  query.forEach(onRow as unknown as Parameters<typeof query.forEach>[0]);
  reading.done = query.then(({ columns, count }) => {
    // What gives no rows at all has no columns, not even none.
    const given = (columns ?? []) as readonly postgres.Column<string>[];
    if (readers.length === 0) {
      reading.columns = given.map(({ name, type }) => ({ name, oid: type }));
    }
    return count ?? 0;
  });
  return reading;
}

/** One statement only, whatever its text: without parameters the driver would take the simple protocol. */
const EXTENDED_PROTOCOL = { prepare: false, simple: false };

/** Begins a transaction with its limits. */
export function beginning(
  access: "read only" | "read write",
  { timeoutMs, schema }: RunLimits,
): string {
  const timeout = Math.max(1, Math.ceil(timeoutMs));
  const path = schema ? `; set local search_path = "${schema.replaceAll('"', '""')}"` : "";
  return `begin ${access}; set local statement_timeout = ${timeout}${path}`;
}

function bindable(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value ?? null;
}
