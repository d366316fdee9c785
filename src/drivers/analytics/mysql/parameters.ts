/**
 * Parameters in the text protocol: SQL's own PREPARE and EXECUTE with user variables, so that
 * values come back in one form whether a statement has parameters or not.
 */
import { Buffer } from "node:buffer";
import { invalidArgument } from "../../../errors.ts";
import type { Statement } from "../engine.ts";

export interface BoundStatement {
  /** Statements that must run before it, on the same connection. */
  readonly before: readonly string[];
  readonly sql: string;
}

export function bindParameters({ sql, parameters }: Statement): BoundStatement {
  if (parameters.length === 0) return { before: [], sql };
  const names = parameters.map((_, at) => `@superset_mcp_${at}`);
  const values = parameters.map((value, at) => `${names[at]} = ${literal(value)}`);
  return {
    before: [
      `set @superset_mcp_sql = ${literal(sql)}, ${values.join(", ")}`,
      "prepare superset_mcp from @superset_mcp_sql",
    ],
    sql: `execute superset_mcp using ${names.join(", ")}`,
  };
}

/** In hexadecimal, which no quote or character set can break out of. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return String(value);
  const text = value instanceof Date ? value.toISOString().slice(0, -1).replace("T", " ") : value;
  if (typeof text !== "string") {
    throw invalidArgument(`Cannot send a value of type ${typeof value} to MySQL.`);
  }
  return `_utf8mb4 x'${Buffer.from(text, "utf8").toString("hex")}'`;
}
