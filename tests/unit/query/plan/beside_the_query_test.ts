/** What is worked out beside a query's own SQL: totals for shares, values for templates, types. */
import assert from "node:assert/strict";
import {
  contributionPlan,
  withContributionTotals,
} from "../../../../src/query/plan/contribution_totals.ts";
import {
  describeColumns,
  describeTimeGrains,
} from "../../../../src/query/plan/described_dataset.ts";
import { planQuery } from "../../../../src/query/plan/plan_query.ts";
import { templateValues } from "../../../../src/query/plan/template_values.ts";
import { planTypeProbe } from "../../../../src/query/plan/type_probe.ts";
import type { QueryObject } from "../../../../src/query/query_object.ts";
import { MYSQL } from "../../../../src/query/sql/mysql/dialect.ts";
import { POSTGRESQL } from "../../../../src/query/sql/postgresql/dialect.ts";
import { ORDERS, TRUSTING_PARSER } from "../../../support/plan_orders.ts";

const NOW = new Date("2024-06-01T00:00:00Z");
const OPTIONS = {
  dialect: POSTGRESQL,
  parser: TRUSTING_PARSER,
  render: (text: string) => text,
  now: NOW,
};

const SHARES: QueryObject = {
  columns: ["country"],
  metrics: ["count"],
  post_processing: [{ operation: "contribution", options: { columns: ["count"] } }],
};
const TOTALS: QueryObject = { columns: [], metrics: ["count"], post_processing: [] };

Deno.test("shares are counted from the query for totals, where a context has both", () => {
  assert.deepEqual(contributionPlan([SHARES, TOTALS]), { totals: 1, shares: [0] });
  assert.equal(contributionPlan([SHARES]), null);
  assert.equal(contributionPlan([TOTALS]), null);
  assert.equal(contributionPlan([SHARES, { columns: ["country"], metrics: ["count"] }]), null);
});

Deno.test("a query for shares takes the sums of the totals' numbers", () => {
  const totals = {
    rowCount: 2,
    columns: [
      { name: "count", type: 0 as const, values: [7, null] },
      { name: "big", type: 0 as const, values: ["12345678901234567", 1] },
      { name: "country", type: 1 as const, values: ["FR", "DE"] },
    ],
  };
  assert.deepEqual(withContributionTotals(SHARES, totals).post_processing, [{
    operation: "contribution",
    options: {
      columns: ["count"],
      contribution_totals: { count: 7, big: 12345678901234568 },
    },
  }]);
});

Deno.test("templates can name what the query asks for, settled", () => {
  const values = templateValues(
    {
      columns: ["country"],
      metrics: ["count"],
      granularity: "ordered_at",
      time_range: "2024-01-01T00:00:00 : 2024-02-01T12:00:00.5",
      extras: { time_grain_sqla: "P1M" },
      filters: [{ col: "country", op: "==", val: "FR" }],
      row_limit: 5,
    },
    ORDERS,
    OPTIONS,
  );
  const { table_columns, ...rest } = values;
  assert.equal(table_columns.length, ORDERS.columns.length);
  assert.deepEqual(rest, {
    columns: ["country"],
    groupby: null,
    metrics: ["count"],
    filter: [{ col: "country", op: "==", val: "FR" }],
    from_dttm: "2024-01-01T00:00:00",
    to_dttm: "2024-02-01T12:00:00.500000",
    row_limit: 5,
    row_offset: 0,
    time_column: "ordered_at",
    time_grain: "P1M",
  });
});

const ADHOC: QueryObject = {
  columns: [{
    sqlExpression: "ordered_at + INTERVAL '1 day'",
    label: "later",
    columnType: "BASE_AXIS",
    timeGrain: "P1M",
  }, { sqlExpression: "id % 2", label: "odd" }],
  metrics: ["count"],
};

Deno.test("an expression on the time axis is asked for its type, without a row", () => {
  const probe = planTypeProbe(ADHOC, ORDERS, OPTIONS)!;
  assert.equal(
    probe.sql,
    `SELECT (ordered_at + INTERVAL '1 day') AS "ordered_at + INTERVAL '1 day'"\n` +
      `FROM "orders"\nWHERE 1 = 0`,
  );
  assert.equal(planTypeProbe({ columns: ["country"] }, ORDERS, OPTIONS), null);
});

Deno.test("a grain cuts an expression that is a time, and leaves any other", () => {
  const planned = (type: 1 | 2) =>
    planQuery(ADHOC, ORDERS, {
      ...OPTIONS,
      expressionTypes: new Map([["ordered_at + INTERVAL '1 day'", type]]),
    }).sql;
  assert.match(planned(2), /DATE_TRUNC\('month', \(ordered_at \+ INTERVAL '1 day'\)\) AS "later"/);
  assert.match(planned(1), /SELECT \(ordered_at \+ INTERVAL '1 day'\) AS "later"/);
});

Deno.test("a dataset's columns are numbers, times or text", () => {
  const types = describeColumns(ORDERS, POSTGRESQL).map((one) => [one.column_name, one.dtype]);
  assert.deepEqual(types.slice(0, 6), [
    ["id", 0],
    ["country", 1],
    ["amount", 0],
    ["paid", 1],
    ["ordered_at", 2],
    ["ordered_on", 2],
  ]);
});

Deno.test("an engine's time grains are those that Superset has there", () => {
  const grains = describeTimeGrains(MYSQL);
  assert.deepEqual(grains.map(({ duration }) => duration), [
    "PT1S",
    "PT1M",
    "PT1H",
    "P1D",
    "P1W",
    "P1M",
    "P3M",
    "P1Y",
    "1969-12-29T00:00:00Z/P1W",
  ]);
  assert.deepEqual(grains[3], { name: "Day", function: "DATE({col})", duration: "P1D" });
});
