import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import type { Frame } from "../../../../src/query/frame.ts";
import {
  offsetJoin,
  offsetQueries,
  type OffsetQuery,
} from "../../../../src/query/plan/offset_queries.ts";
import { planQuery } from "../../../../src/query/plan/plan_query.ts";
import type { QueryObject } from "../../../../src/query/query_object.ts";
import { POSTGRESQL } from "../../../../src/query/sql/postgresql/dialect.ts";
import { joinOffsets } from "../../../../src/query/time/offset_join.ts";
import { ORDERS, TRUSTING_PARSER } from "../../../support/plan_orders.ts";

const NOW = new Date("2024-06-01T00:00:00Z");

const BY_MONTH: QueryObject = {
  columns: [{
    sqlExpression: "ordered_at",
    label: "ordered_at",
    columnType: "BASE_AXIS",
    timeGrain: "P1M",
    isColumnReference: true,
  }, "country"],
  metrics: ["count"],
  filters: [
    { col: "epoch", op: "TEMPORAL_RANGE", val: "2023-01-01T00:00:00 : 2024-01-01T00:00:00" },
    // The last time filter says which moments are compared.
    { col: "ordered_at", op: "TEMPORAL_RANGE", val: "2024-01-01T00:00:00 : 2024-03-01T00:00:00" },
    { col: "ordered_at", op: "IS NOT NULL" },
    { col: "country", op: "==", val: "FR" },
  ],
  row_limit: 10,
  row_offset: 5,
  post_processing: [{ operation: "pivot" }],
};

const MONTHS: Frame = {
  rowCount: 2,
  columns: [
    {
      name: "ordered_at",
      type: 2,
      values: [new Date("2024-01-01T00:00:00Z"), new Date("2024-02-01T00:00:00Z")],
    },
    { name: "country", type: 1, values: ["FR", "FR"] },
    { name: "count", type: 0, values: [2, 1] },
  ],
};

function offset(query: QueryObject, name: string, frame = MONTHS): OffsetQuery {
  return offsetQueries({ ...query, time_offsets: [name] }, frame, { now: NOW })[0]!;
}

Deno.test("an offset query runs on the moments that lie an offset away", () => {
  const { query, bounds } = offset(BY_MONTH, "1 year ago");
  assert.deepEqual(bounds, {
    from: new Date("2023-01-01T00:00:00Z"),
    to: new Date("2023-03-01T00:00:00Z"),
  });
  assert.deepEqual(query.filters, [
    // Only the time axis moves with the rows, and no other filter on it is kept.
    { col: "epoch", op: "TEMPORAL_RANGE", val: "2023-01-01T00:00:00 : 2024-01-01T00:00:00" },
    { col: "ordered_at", op: "TEMPORAL_RANGE", val: "2023-01-01T00:00:00 : 2023-03-01T00:00:00" },
    { col: "country", op: "==", val: "FR" },
  ]);
});

Deno.test("an offset query has no limit, no post-processing and no offsets of its own", () => {
  const { query } = offset(BY_MONTH, "1 year ago");
  const { row_limit, row_offset, post_processing, time_offsets } = query;
  assert.deepEqual({ row_limit, row_offset, post_processing, time_offsets }, {
    row_limit: null,
    row_offset: 0,
    post_processing: [],
    time_offsets: [],
  });
});

Deno.test("an offset query is planned within its own moments on the time axis", () => {
  const { query, bounds } = offset(BY_MONTH, "1 year ago");
  const { sql } = planQuery(query, ORDERS, {
    dialect: POSTGRESQL,
    parser: TRUSTING_PARSER,
    render: (text) => text,
    now: NOW,
    bounds,
  });
  const where = /WHERE (.*)/.exec(sql)![1]!.split(" AND ");
  const from = "TO_TIMESTAMP('2023-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')";
  assert.equal(where.filter((part) => part === `"ordered_at" >= ${from}`).length, 2, sql);
  assert.match(sql, /LIMIT 50000$/);
});

Deno.test("without a time axis every time filter moves by itself", () => {
  const query = { ...BY_MONTH, columns: ["country"], time_range: "2024-01-01 : 2024-03-01" };
  const frame = { ...MONTHS, columns: MONTHS.columns.slice(1) };
  assert.deepEqual(
    offset(query, "1 month ago", frame).query.filters?.map(({ val }) => val),
    [
      "2022-12-01T00:00:00 : 2023-12-01T00:00:00",
      "2023-12-01T00:00:00 : 2024-02-01T00:00:00",
      undefined,
      "FR",
    ],
  );
});

Deno.test("an offset may be the range's own length, or begin on a date", () => {
  const fromOf = (name: string) => offset(BY_MONTH, name).bounds.from?.toISOString().slice(0, 10);
  assert.equal(fromOf("inherit"), "2023-11-02");
  assert.equal(fromOf("2023-06-15"), "2023-06-15");
});

Deno.test("a range of its own takes the place of every time filter, where the flag is on", () => {
  const query = { ...BY_MONTH, time_offsets: ["2022-01-01 : 2022-02-01"] };
  const [{ query: moved } = assert.fail()] = offsetQueries(query, MONTHS, {
    now: NOW,
    dateRangeTimeshifts: true,
  });
  assert.deepEqual(moved.filters, [
    { col: "country", op: "==", val: "FR" },
    { col: "epoch", op: "TEMPORAL_RANGE", val: "2022-01-01T00:00:00 : 2022-02-01T00:00:00" },
  ]);
  assert.throws(
    () => offsetQueries(query, MONTHS, { now: NOW }),
    (error) => error instanceof ServiceError && /DATE_RANGE_TIMESHIFTS_ENABLED/.test(error.hint!),
  );
});

Deno.test("nothing is compared with no rows, and no offset without a whole range", () => {
  const query = { ...BY_MONTH, time_offsets: ["1 year ago"] };
  assert.deepEqual(offsetQueries(query, { columns: [], rowCount: 0 }, { now: NOW }), []);
  assert.throws(
    () => offsetQueries({ ...query, filters: [], time_range: "No filter" }, MONTHS, { now: NOW }),
    /no beginning or no end/,
  );
});

Deno.test("rows of an offset query stand beside those of the main one", () => {
  const frame: Frame = {
    rowCount: 1,
    columns: [
      { name: "ordered_at", type: 2, values: [new Date("2023-02-01T00:00:00Z")] },
      { name: "country", type: 1, values: ["FR"] },
      { name: "count", type: 0, values: [9] },
    ],
  };
  const rows = { offset: offset(BY_MONTH, "1 year ago").offset, frame };
  const joined = joinOffsets(MONTHS, [rows], offsetJoin(BY_MONTH));
  assert.deepEqual(joined.columns.map(({ name }) => name), [
    "ordered_at",
    "country",
    "count",
    "count__1 year ago",
  ]);
  assert.deepEqual(joined.columns[3]!.values, [null, 9]);
});

Deno.test("refuses more offsets than a chart can show", () => {
  const asked = (count: number) =>
    offsetQueries({ ...BY_MONTH, time_offsets: new Array(count).fill("1 year ago") }, MONTHS, {
      now: NOW,
    }).length;
  assert.equal(asked(50), 50);
  assert.throws(() => asked(51), { type: "too_large" });
});
