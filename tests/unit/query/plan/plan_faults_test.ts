/** What a query that can't be planned is told: what is wrong, and what there is. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { planQuery } from "../../../../src/query/plan/plan_query.ts";
import type { QueryFilter, QueryObject } from "../../../../src/query/query_object.ts";
import { POSTGRESQL } from "../../../../src/query/sql/postgresql/dialect.ts";
import { ORDERS, TRUSTING_PARSER } from "../../../support/plan_orders.ts";

const OPTIONS = {
  dialect: POSTGRESQL,
  parser: TRUSTING_PARSER,
  render: (text: string) => text,
  now: new Date("2024-06-01T00:00:00Z"),
};

interface Fault {
  readonly query: unknown;
  /** In the error's sentence. */
  readonly says: RegExp;
  readonly hints: RegExp;
}

const rows = (filter: Partial<QueryFilter>) => ({ columns: ["id"], filters: [filter] });
const metric = (metric: unknown) => ({ metrics: [metric] });

const FAULTS: Readonly<Record<string, Fault>> = {
  "a metric that does not exist": {
    query: { metrics: ["revenue"] },
    says: /^Metric 'revenue' does not exist in the dataset 'orders'/,
    hints: /metrics count\./,
  },
  "a column that does not exist": {
    query: { columns: ["contry"] },
    says: /^Column 'contry' does not exist/,
    hints: /columns id, country, amount/,
  },
  "the column of an aggregate": {
    query: metric({ expressionType: "SIMPLE", column: { column_name: "x" }, aggregate: "SUM" }),
    says: /^Column 'x' does not exist/,
    hints: /country/,
  },
  "an aggregate that does not exist": {
    query: metric({
      expressionType: "SIMPLE",
      column: { column_name: "amount" },
      aggregate: "MEDIAN",
    }),
    says: /'MEDIAN\(amount\)': no aggregate 'MEDIAN'/,
    hints: /AVG, COUNT, COUNT_DISTINCT, MAX, MIN, SUM/,
  },
  "an aggregate of every object's own name": {
    query: metric({
      expressionType: "SIMPLE",
      column: { column_name: "amount" },
      aggregate: "constructor",
    }),
    says: /no aggregate 'constructor'/,
    hints: /AVG/,
  },
  "an aggregate of no column": {
    query: metric({ expressionType: "SIMPLE", aggregate: "SUM", label: "s" }),
    says: /'s': it names no column/,
    hints: /column_name/,
  },
  "a metric of neither kind": {
    query: metric({ expressionType: "OTHER", label: "m" }),
    says: /'m': its expressionType is neither/,
    hints: /SIMPLE/,
  },
  "a metric that is none": {
    query: metric({ expressionType: "SQL" }),
    says: /Cannot read the metric/,
    hints: /saved metric's name/,
  },
  "a metric of nothing but spaces": {
    query: metric({ expressionType: "SQL", sqlExpression: "  ", label: "m" }),
    says: /the metric 'm': its SQL is empty/,
    hints: /Write an expression/,
  },
  "a column that is none": {
    query: { columns: [{ expressionType: "SQL" }] },
    says: /Cannot read the column/,
    hints: /sqlExpression, label/,
  },
  "an operator that does not exist": {
    query: rows({ col: "id", op: "BETWEEN", val: [1, 2] }),
    says: /Cannot filter 'id': no operator 'BETWEEN'/,
    hints: /==, !=, >/,
  },
  "a comparison with nothing": {
    query: rows({ col: "id", op: ">", val: null }),
    says: /Cannot filter 'id' with >: it has no value/,
    hints: /IS NULL/,
  },
  "a comparison with what is no number": {
    query: rows({ col: "id", op: ">", val: "many" }),
    says: /Cannot filter 'id' with >/,
    hints: /val/,
  },
  "an empty list": {
    query: rows({ col: "id", op: "IN", val: [] }),
    says: /Cannot filter 'id' by an empty list/,
    hints: /at least one/,
  },
  "a value that is an object": {
    query: rows({ col: "id", op: "==", val: { $gt: 1 } }),
    says: /Cannot filter 'id' by \{"\$gt":1\}/,
    hints: /text, a number/,
  },
  "a text with NUL": {
    query: rows({ col: "country", op: "==", val: "a\0b" }),
    says: /NUL/,
    hints: /U\+0000/,
  },
  "a time range on an expression": {
    query: rows({
      col: { sqlExpression: "now()", label: "n" },
      op: "TEMPORAL_RANGE",
      val: "Last week",
    }),
    says: /Cannot filter 'n' by a time range/,
    hints: /own columns/,
  },
  "a time range in words that mean none": {
    query: rows({ col: "ordered_at", op: "TEMPORAL_RANGE", val: "the other day : now" }),
    says: /the other day/,
    hints: /./,
  },
  "an order by what does not exist": {
    query: { columns: ["id"], metrics: ["count"], orderby: [["size of it", true]] },
    says: /Cannot order by 'size of it'/,
    hints: /count, id, country/,
  },
  "an order that is no pair": {
    query: { columns: ["id"], orderby: ["id"] },
    says: /Cannot order by "id"/,
    hints: /pairs/,
  },
  "an order by nothing": {
    query: { columns: ["id"], orderby: [[null, true]] },
    says: /Cannot order by \[null,true\]/,
    hints: /pairs/,
  },
  "two columns of one label": {
    query: { columns: ["id", { sqlExpression: "amount", label: "id" }], metrics: ["count"] },
    says: /have the label 'id'/,
    hints: /of its own/,
  },
  "a series that is no column": {
    query: { columns: ["id"], metrics: ["count"], series_columns: ["country"], series_limit: 3 },
    says: /series column 'country' is not among/,
    hints: /`columns`/,
  },
  "a time series without a time": {
    query: { columns: ["id"], metrics: ["count"], is_timeseries: true },
    says: /no time column/,
    hints: /granularity/,
  },
  "an empty query": { query: { columns: [] }, says: /empty query/, hints: /at least one/ },
  "a limit below nothing": {
    query: { columns: ["id"], row_limit: -1 },
    says: /row_limit '-1'/,
    hints: /number of rows/,
  },
  "a limit that is no number": {
    query: { columns: ["id"], row_limit: "1; DROP TABLE orders" },
    says: /row_limit/,
    hints: /number of rows/,
  },
  "a grain that the engine has not": {
    query: {
      columns: [{
        sqlExpression: "ordered_at",
        label: "t",
        columnType: "BASE_AXIS",
        timeGrain: "PT6H",
      }],
      metrics: ["count"],
    },
    says: /grain 'PT6H'/,
    hints: /PT1S, .*P1Y/,
  },
};

for (const [name, { query, says, hints }] of Object.entries(FAULTS)) {
  Deno.test(`refuses ${name}, and says what there is`, () => {
    assert.throws(() => planQuery(query as QueryObject, ORDERS, OPTIONS), (error) => {
      assert.ok(error instanceof ServiceError, String(error));
      assert.equal(error.type, "invalid_argument");
      assert.match(error.message, says);
      assert.match(error.hint ?? "", hints);
      return true;
    });
  });
}

Deno.test("names the filters that it passes over", () => {
  const planned = planQuery(
    {
      columns: ["id"],
      filters: [{ col: "gone", op: "==", val: 1 }, { col: "id", op: "==", val: 1 }],
    },
    ORDERS,
    OPTIONS,
  );
  assert.deepEqual(planned.rejectedFilters, ["gone"]);
});

Deno.test("limits rows to what is asked, the setting where nothing is, and never past the cap", () => {
  const limitOf = (query: QueryObject) => {
    const limits = { rowLimit: 50, samplesRowLimit: 7, maxRows: 100 };
    const { sql } = planQuery({ columns: ["id"], ...query }, ORDERS, { ...OPTIONS, limits });
    return Number(/LIMIT (\d+)/.exec(sql)?.[1]);
  };
  assert.equal(limitOf({}), 50);
  assert.equal(limitOf({ row_limit: 0 }), 50);
  assert.equal(limitOf({ row_limit: "20" }), 20);
  assert.equal(limitOf({ row_limit: 1000 }), 100);
  assert.equal(limitOf({ result_type: "samples" }), 7);
});

Deno.test("renders and reads every text that people wrote, and nothing else", () => {
  const rendered: string[] = [], read: string[] = [];
  planQuery(
    {
      columns: [{ sqlExpression: "adhoc column", label: "c" }, "size"],
      metrics: ["count", { expressionType: "SQL", sqlExpression: "adhoc metric", label: "m" }],
      filters: [{ col: "country", op: "==", val: "a value" }, {
        col: { sqlExpression: "filtered", label: "f" },
        op: "IS NULL",
      }],
      extras: { where: "where text", having: "having text" },
      orderby: [[
        { expressionType: "SQL", sqlExpression: "order text", label: "o" },
        true,
      ]],
      apply_fetch_values_predicate: true,
    },
    { ...ORDERS, sql: "virtual text ;" },
    {
      ...OPTIONS,
      render: (text) => {
        rendered.push(text);
        return `${text} rendered`;
      },
      parser: {
        ...TRUSTING_PARSER,
        expression: (text) => {
          read.push(text);
          return text;
        },
        statement: (sql) => {
          read.push(sql);
          return { sql, readable: sql, tables: [], rewrite: () => sql };
        },
      },
    },
  );
  assert.deepEqual(read.toSorted(), rendered.map((text) => `${text} rendered`).toSorted());
  assert.deepEqual(
    rendered.toSorted(),
    [
      "COUNT(*)",
      "CASE WHEN amount > 20 THEN 'big' ELSE 'small' END",
      "adhoc column",
      "adhoc metric",
      "country <> 'FR'",
      "filtered",
      "having text",
      "order text",
      "virtual text",
      "where text",
    ].toSorted(),
  );
});

Deno.test("leaves out what a template has taken over", () => {
  const removedFilters = new Set<string>();
  const { sql } = planQuery(
    {
      columns: ["id"],
      granularity: "ordered_at",
      time_range: "2024-01-01 : 2024-02-01",
      filters: [{ col: "country", op: "==", val: "FR" }, { col: "id", op: "==", val: 1 }],
    },
    { ...ORDERS, sql: "a template" },
    {
      ...OPTIONS,
      removedFilters,
      render: (text) => {
        if (text === "a template") removedFilters.add("country").add("ordered_at");
        return text;
      },
    },
  );
  assert.match(sql, /\nWHERE "id" = 1\n/);
});

Deno.test("says what is known of the answer's columns before the database answers", () => {
  const { columns } = planQuery(
    {
      columns: ["country", "ordered_at", "size"],
      metrics: ["count", {
        expressionType: "SIMPLE",
        column: { column_name: "country" },
        aggregate: "MAX",
      }, { expressionType: "SIMPLE", column: { column_name: "country" }, aggregate: "COUNT" }],
    },
    ORDERS,
    OPTIONS,
  );
  assert.deepEqual(columns, [
    { name: "country", type: 1 },
    { name: "ordered_at", type: 2 },
    { name: "size", type: 1 },
    { name: "count", type: null },
    { name: "MAX(country)", type: 1 },
    { name: "COUNT(country)", type: 0 },
  ]);
});
