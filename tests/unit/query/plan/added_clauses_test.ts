/** Free SQL that comes from outside of a chart narrows what the chart asks, and can't reach into it. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { legacyQuery } from "../../../../src/query/charts/legacy/legacy_query.ts";
import { mergeIntoQuery } from "../../../../src/query/charts/extra_form_data.ts";
import { planQuery } from "../../../../src/query/plan/plan_query.ts";
import type { QueryObject } from "../../../../src/query/query_object.ts";
import { POSTGRESQL } from "../../../../src/query/sql/postgresql/dialect.ts";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";
import { ORDERS } from "../../../support/plan_orders.ts";

const OPTIONS = {
  dialect: POSTGRESQL,
  parser: await postgresqlParser(),
  render: (text: string) => text,
  now: new Date("2024-06-01T00:00:00Z"),
};

const OWN: QueryObject = {
  columns: ["id"],
  extras: { where: "country = 'CH' OR country = 'DE'" },
};

const added = (clause: "WHERE" | "HAVING", ...texts: string[]) => ({
  adhoc_filters: texts.map((sqlExpression) => ({ expressionType: "SQL", clause, sqlExpression })),
});

const planned = (query: QueryObject) => planQuery(query, ORDERS, OPTIONS).sql;

Deno.test("an added condition binds beside the chart's own, whatever stands in either", () => {
  const sql = planned(mergeIntoQuery(OWN, added("WHERE", "id = 1 OR id = 2", "id > 0 --")));
  assert.match(
    sql,
    /WHERE \(country = 'CH' OR country = 'DE'\) AND \(id = 1 OR id = 2\) AND \(id > 0\)/,
  );
});

for (
  const texts of [
    ["1 = 1) OR (1 = 1"],
    ["1 = 1 /*", "*/ OR 1 = 1"],
    ["'", "' OR 1 = 1"],
    ["$$", "$$ = '' OR 1 = 1"],
  ]
) {
  for (const clause of ["WHERE", "HAVING"] as const) {
    Deno.test(`an added ${clause} can't end its brackets: ${texts.join(" … ")}`, () => {
      for (
        const query of [
          mergeIntoQuery(OWN, added(clause, ...texts)),
          legacyQuery(
            { columns: ["id"], metrics: ["count"], extra_form_data: added(clause, ...texts) },
            { isTimeseries: false },
          ),
        ]
      ) {
        assert.throws(
          () => planned(query),
          (fault) => fault instanceof ServiceError && fault.type === "invalid_sql",
        );
      }
    });
  }
}

Deno.test("a saved condition that is no text is refused, not left out", () => {
  for (const extras of [{ where: { a: 1 } }, { having: 7 }, { added_where: [["a"], null, 1] }]) {
    assert.throws(
      () => planned({ columns: ["id"], metrics: ["count"], extras } as unknown as QueryObject),
      (fault) => fault instanceof ServiceError && fault.type === "invalid_argument",
    );
  }
});
