/** Whatever stands in a form, building a query from it ends in a query or in a refusal that says why. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ServiceError } from "../../../../src/errors.ts";
import {
  buildQueryContext,
  legacyTransform,
} from "../../../../src/query/charts/build_query_context.ts";
import { mergeExtraFormData } from "../../../../src/query/charts/extra_form_data.ts";
import { findKind, knownVizTypes } from "../../../../src/query/charts/kinds.ts";
import { settleQueryContext } from "../../../../src/query/charts/settle_query.ts";
import { SALES } from "./support.ts";

const NAMES = [
  "sold_at",
  "region",
  "year",
  "count",
  "No filter",
  "aggregate",
  "raw",
  "constructor",
];

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...NAMES), { maxLength: 3 }) },
  fc.record({ sqlExpression: fc.string(), label: fc.string(), expressionType: fc.constant("SQL") }),
  fc.record({
    expressionType: fc.constantFrom("SIMPLE", "SQL"),
    aggregate: fc.constant("SUM"),
    column: fc.option(fc.record({ column_name: fc.constantFrom(...NAMES) })),
  }),
  fc.record({ type: fc.constantFrom("latlong", "geohash", "metric"), value: fc.jsonValue() }),
  fc.jsonValue({ maxDepth: 3 }),
);

const extra = fc.dictionary(
  fc.constantFrom("filters", "adhoc_filters", "time_range", "time_grain_sqla", "granularity_sqla"),
  value,
);

for (const vizType of knownVizTypes()) {
  Deno.test(`takes or refuses any form of a ${vizType} chart`, () => {
    const controls = Object.keys(findKind(vizType)?.controls ?? { selected_chart: 1 });
    const names = fc.constantFrom(
      ...controls,
      "granularity_sqla",
      "since",
      "extra_filters",
      "filters",
    );
    fc.assert(
      fc.property(fc.dictionary(names, value, { maxKeys: 12 }), extra, (form, added) => {
        // Forms are JSON.
        const [params, extraFormData] = JSON.parse(
          JSON.stringify([{ ...form, viz_type: vizType }, added]),
        );
        try {
          const built = buildQueryContext(params, SALES, { extraFormData });
          const settled = settleQueryContext(mergeExtraFormData(built, extraFormData), SALES);
          assert.equal(settled.queries.length, built.queries.length);
          assert.deepEqual(JSON.parse(JSON.stringify(built.queries)), built.queries);
          legacyTransform(params, SALES)?.([]);
        } catch (error) {
          if (!(error instanceof ServiceError) || error.type !== "invalid_argument") throw error;
        }
      }),
      { numRuns: 150, seed: 6 },
    );
  });
}
