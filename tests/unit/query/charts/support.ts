/** A small dataset of sales for the tests of chart kinds, and short ways to ask for queries. */
import { buildQueryContext } from "../../../../src/query/charts/build_query_context.ts";
import type { ChartDataset } from "../../../../src/query/charts/chart_kind.ts";
import type { QueryObject } from "../../../../src/query/query_object.ts";

export const SALES: ChartDataset = {
  id: 7,
  mainDttmCol: "sold_at",
  columns: [
    { column_name: "sold_at", is_dttm: true, type: "TIMESTAMP" },
    { column_name: "shipped_at", is_dttm: true, type: "TIMESTAMP" },
    { column_name: "region", is_dttm: false, type: "VARCHAR(20)" },
    { column_name: "shop", is_dttm: false, type: "TEXT" },
    { column_name: "is_web", is_dttm: false, type: "BOOLEAN" },
    { column_name: "year", is_dttm: false, type: "BIGINT" },
    { column_name: "revenue", is_dttm: false, type: "DOUBLE PRECISION" },
    { column_name: "lon", is_dttm: false, type: "NUMERIC" },
    { column_name: "lat", is_dttm: false, type: "NUMERIC" },
  ],
};

/** What the page adds to every chart of this dataset that has no time filter. */
export const ALWAYS = { col: "sold_at", op: "TEMPORAL_RANGE", val: "No filter" };

export const SUM_REVENUE = {
  expressionType: "SIMPLE",
  aggregate: "SUM",
  column: { column_name: "revenue", type: "DOUBLE PRECISION" },
  label: "SUM(revenue)",
} as const;

export const AXIS = {
  timeGrain: "P1M",
  columnType: "BASE_AXIS",
  sqlExpression: "sold_at",
  label: "sold_at",
  expressionType: "SQL",
  isColumnReference: true,
};

/** The queries of a chart, without the fields that are the same in every one of them. */
export function queriesOf(
  vizType: string,
  form: Readonly<Record<string, unknown>>,
  extraFormData?: unknown,
): readonly Partial<QueryObject>[] {
  const { queries } = buildQueryContext({ viz_type: vizType, ...form }, SALES, { extraFormData });
  return queries.map((query) =>
    Object.fromEntries(
      Object.entries(query).filter(([key, value]) =>
        !CONSTANT.some(([name, usual]) => name === key && JSON.stringify(value) === usual)
      ),
    )
  );
}

const CONSTANT = [
  ["annotation_layers", "[]"],
  ["applied_time_extras", "{}"],
  ["custom_form_data", "{}"],
  ["custom_params", "{}"],
  ["extras", '{"having":"","where":""}'],
  ["filters", JSON.stringify([ALWAYS])],
  ["group_others_when_limit_reached", "false"],
  ["order_desc", "true"],
  ["row_limit", "10000"],
  ["series_limit", "0"],
  ["url_params", "{}"],
] as const;
