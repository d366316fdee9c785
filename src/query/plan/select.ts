/** A SELECT as data, and its text. */
import type { Planning, Selected } from "./planning.ts";

export interface Select {
  readonly columns: readonly Selected[];
  readonly from: string;
  readonly where: readonly string[];
  readonly groupBy: readonly Selected[];
  readonly having: readonly string[];
  readonly orderBy: readonly string[];
  readonly limit: number | null;
  readonly offset: number | null;
}

/** One clause a line; no trailing line break. */
export function printSelect(select: Select, planning: Planning): string {
  const columns = select.columns.map(({ label, sql }) => `${sql} AS ${planning.label(label)}`);
  return [
    `SELECT ${columns.join(", ")}`,
    `FROM ${select.from}`,
    clause("WHERE", select.where, " AND "),
    clause("GROUP BY", [...new Set(select.groupBy.map(({ sql }) => sql))], ", "),
    clause("HAVING", select.having, " AND "),
    clause("ORDER BY", select.orderBy, ", "),
    planning.dialect.limit(select.limit, select.offset),
  ].filter((line) => line !== "").join("\n");
}

/** How many rows it has before it is cut: without an order, which a count does not need. */
export function printCount(select: Select, planning: Planning): string {
  return countOf({ ...select, orderBy: [], limit: null, offset: null }, planning);
}

/** How many rows it has as it is. */
export function countOf(select: Select, planning: Planning): string {
  const counted = planning.dialect.quote("rowcount");
  const query = planning.dialect.quote("rowcount_qry");
  return `SELECT COUNT(*) AS ${counted}\nFROM (\n${printSelect(select, planning)}\n) AS ${query}`;
}

function clause(word: string, parts: readonly string[], separator: string): string {
  return parts.length === 0 ? "" : `${word} ${parts.join(separator)}`;
}
