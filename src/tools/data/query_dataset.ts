import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import type { Dataset } from "../../query/dataset.ts";
import type { QueryObject } from "../../query/query_object.ts";
import { READ_DATASET } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { identifier } from "../identifier.ts";
import { readableDataset } from "./dataset_source.ts";
import { shownRows } from "./shown_rows.ts";

const DEFAULT_ROWS = 1000;
const MAX_ROWS = 1_000_000;

const adhocColumn = z.looseObject({
  sqlExpression: z.string().max(10_000),
  label: z.string().max(500),
});
const column = z.union([z.string().max(500), adhocColumn]);
const metric = z.union([
  z.string().max(500),
  z.looseObject({
    expressionType: z.enum(["SIMPLE", "SQL"]),
    label: z.string().max(500).optional(),
  }),
]);
const filter = z.strictObject({
  col: column,
  op: z.string().max(30),
  val: z.unknown().optional(),
  grain: z.string().max(60).optional(),
});

export const queryDataset = defineTool({
  name: "query_dataset",
  title: "Query dataset",
  description:
    "Ask a dataset: metrics grouped by columns, filtered and ordered; or rows, without " +
    "metrics. Row-level rules apply. Names: list_metrics, get_compatible_dimensions.",
  kind: "dataset",
  action: "read",
  access: READ_DATASET,
  input: () => ({
    identifier: identifier("Id or UUID"),
    metrics: z.array(metric).max(100).optional().describe(
      "Saved names, or {expressionType: SIMPLE, column: {column_name}, aggregate, label}, or " +
        "{expressionType: SQL, sqlExpression, label}",
    ),
    columns: z.array(column).max(200).optional().describe("Names, or {sqlExpression, label}"),
    filters: z.array(filter).max(100).optional().describe(
      "op: ==, !=, >, <, >=, <=, IN, NOT IN, LIKE, ILIKE, IS NULL, IS NOT NULL, TEMPORAL_RANGE, …",
    ),
    time_range: z.string().max(500).optional().describe(
      "As in Superset: Last month, 2024-01-01 : now",
    ),
    time_column: z.string().max(500).optional(),
    time_grain: z.string().max(60).optional().describe("ISO 8601: P1D, P1W, P1M, P3M, P1Y"),
    order_by: z.array(z.tuple([z.union([z.string().max(500), z.looseObject({})]), z.boolean()]))
      .max(50)
      .optional().describe("[[name, ascending]]"),
    row_limit: z.int().min(1).max(MAX_ROWS).optional().describe(`Default ${DEFAULT_ROWS}`),
    format: z.enum(["json", "csv"]).optional(),
    force_refresh: z.boolean().optional(),
    cursor: z.string().max(500).optional(),
  }),
  ignored: ["use_cache", "cache_timeout"],
  output: () =>
    z.looseObject({
      dataset_id: z.int(),
      columns: z.array(z.object({ name: z.string(), data_type: z.string() })),
      data: z.array(z.looseObject({})),
      row_count: z.int(),
      total_rows: z.int(),
      cache_status: z.looseObject({ cache_hit: z.boolean() }),
    }),
  handle: async (input, context) => {
    const { dao, data, caller, config, signal } = context;
    const { identifier: _, cursor, format, force_refresh: force = false, ...question } = input;
    const source = await readableDataset(dao, caller, input.identifier);
    const { dataset } = source;
    if (input.time_column !== undefined) assertTimeColumn(input.time_column, dataset);
    const session = await (await data()).open(dao, caller, source);
    const answer = await session.query(queryOf(input as DatasetQuestion, dataset.mainDttmCol), {
      signal,
      force,
      onRows: (rows) => context.progress(rows, undefined, `${rows} rows`),
    });
    return {
      dataset_id: dataset.id,
      ...shownRows(answer, {
        ...{ format, cursor, limit: MAX_ROWS, tokenLimit: config.responseTokenLimit },
        question: [dataset.id, caller.user.id, question],
      }),
      cache_status: { cache_hit: answer.cache.hit, cache_age_seconds: answer.cache.ageSeconds },
    };
  },
});

/**
 * Superset takes the dataset's main time column where another is no time column (6.1,
 * superset/models/helpers.py `get_sqla_query`): rows of another time than was asked for.
 */
function assertTimeColumn(name: string, { columns, tableName }: Dataset): void {
  const times = columns.filter(({ is_dttm }) => is_dttm).map(({ column_name }) => column_name);
  if (times.includes(name)) return;
  throw invalidArgument(`'${name}' is no time column of the dataset '${tableName}'.`, {
    hint: times.length === 0
      ? "It has none: filter a column instead."
      : `Its time columns are ${times.join(", ")}.`,
    details: { argument: "time_column", columns: times },
  });
}

interface DatasetQuestion {
  readonly metrics?: QueryObject["metrics"];
  readonly columns?: QueryObject["columns"];
  readonly filters?: QueryObject["filters"];
  readonly time_range?: string;
  readonly time_column?: string;
  readonly time_grain?: string;
  readonly order_by?: QueryObject["orderby"];
  readonly row_limit?: number;
}

/** A time range without a time column is one on the dataset's main time column. */
function queryOf(asked: DatasetQuestion, mainTimeColumn: string | null): QueryObject {
  return {
    columns: asked.columns ?? [],
    metrics: asked.metrics ?? null,
    filters: asked.filters ?? [],
    granularity: asked.time_column ?? (asked.time_range === undefined ? null : mainTimeColumn),
    time_range: asked.time_range ?? "No filter",
    extras: { time_grain_sqla: asked.time_grain },
    orderby: asked.order_by ?? [],
    row_limit: asked.row_limit ?? DEFAULT_ROWS,
    is_timeseries: false,
  };
}
