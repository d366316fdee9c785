/** What Superset's older endpoint makes of the rows of the kinds that still go through it. */
import type { QueryAnswer } from "../../data/session.ts";
import type { AnswerColumn } from "../../query/answer/answer_columns.ts";
import { type AnswerRow, rowsOf } from "../../query/answer/rows.ts";
import type { Value } from "../../query/frame.ts";
import type { OpenedChart } from "./chart_source.ts";

export interface LegacyAnswer {
  readonly answer: QueryAnswer;
  /** What is no rows (a chord's matrix) and stands beside them; undefined for all other kinds. */
  readonly vizData?: unknown;
}

/** The rows as the chart draws them, in place of the query's own. The same for most kinds. */
export function asDrawn({ legacyTransform }: OpenedChart, answer: QueryAnswer): LegacyAnswer {
  if (legacyTransform === null) return { answer };
  const made = legacyTransform(rowsOf(answer.frame, answer.columns, 0, answer.frame.rowCount));
  if (!Array.isArray(made)) return { answer, vizData: made };
  return { answer: withRows(answer, made as AnswerRow[]) };
}

/** Columns are those that any row has; one the query knows keeps its type. */
function withRows(answer: QueryAnswer, rows: readonly AnswerRow[]): QueryAnswer {
  const known = new Map(answer.columns.map((column) => [column.name, column]));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name): AnswerColumn =>
    known.get(name) ?? { name, type: typeOf(rows, name), databaseType: "", hasZone: false }
  );
  const frameColumns = columns.map(({ name, type }) => ({
    name,
    type,
    values: rows.map((row) => row[name] as Value),
  }));
  return { ...answer, columns, frame: { columns: frameColumns, rowCount: rows.length } };
}

function typeOf(rows: readonly AnswerRow[], name: string): 0 | 1 {
  return rows.every((row) => typeof (row[name] ?? 0) === "number") ? 0 : 1;
}
