/** A million rows as a CSV file, in the service's memory and beside PostgreSQL's own COPY. */
import { mcpClient } from "../../tests/support/mcp_calls.ts";
import { run } from "../../tests/support/programs.ts";
import { tokenOf } from "../../tests/support/tokens.ts";
import { LARGE_TABLE } from "./data_place.ts";
import type { Server } from "./processes.ts";

export const EXPORTED_ROWS = 1_000_000;

/** The service needs it to give so many. */
export const EXPORT_SETTINGS = { SQL_MAX_ROW: String(EXPORTED_ROWS) };

export interface Export {
  readonly readers: number;
  /** Of one file. */
  readonly bytes: number;
  /** One file alone, and COPY of the same rows to the client, in seconds. */
  readonly seconds: number;
  readonly copySeconds: number;
  /** After a file of one row, and at most while all readers read at once. */
  readonly beforeBytes: number;
  readonly peakBytes: number;
}

const READERS = 4;
const SAMPLE_MS = 200;
const COLUMNS = "id, customer, price, sold_at, returned";
const DATABASE = 1;

/** @throws Error where a file is not whole */
export async function measureExport(
  service: Server,
  analytics: string,
  user: string,
): Promise<Export> {
  const token = await tokenOf(user);
  const client = mcpClient(service.url, token);
  const file = async (sql: string, rows: number): Promise<number> => {
    const args = { database_id: DATABASE, sql, format: "csv_link" };
    const { content } = await client.call("execute_sql", args);
    const response = await fetch(String(content.csv_url), {
      headers: { authorization: `Bearer ${token}` },
    });
    const { bytes, lines } = await read(response);
    if (lines !== rows + 1) throw new Error(`Cannot measure the export: ${lines} lines came`);
    return bytes;
  };
  const million = `SELECT ${COLUMNS} FROM ${LARGE_TABLE} LIMIT ${EXPORTED_ROWS}`;
  await file("SELECT 1 AS one", 1);
  const beforeBytes = service.residentBytes();
  const { value: bytes, seconds } = await timed(() => file(million, EXPORTED_ROWS));
  const copy = `COPY (${million}) TO STDOUT WITH CSV HEADER`;
  const { seconds: copySeconds } = await timed(() =>
    run("psql", "-qX", analytics, "-o", "/dev/null", "-c", copy)
  );
  let peakBytes = service.residentBytes();
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, service.residentBytes());
  }, SAMPLE_MS);
  try {
    await Promise.all(Array.from({ length: READERS }, () => file(million, EXPORTED_ROWS)));
  } finally {
    clearInterval(sampling);
  }
  return { readers: READERS, bytes, seconds, copySeconds, beforeBytes, peakBytes };
}

async function read(response: Response): Promise<{ bytes: number; lines: number }> {
  let bytes = 0, lines = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return { bytes, lines };
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const began = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - began) / 1000 };
}
