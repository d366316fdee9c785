import assert from "node:assert/strict";
import { visibleSettings } from "../../../src/dao/dashboard_settings.ts";

const SETTINGS = {
  color_scheme: "supersetColors",
  cross_filters_enabled: true,
  refresh_frequency: 60,
  expanded_slices: { "1": true, "2": true },
  timed_refresh_immune_slices: [1, 2],
  default_filters: '{"2":{"region":["SECRET"]}}',
  filter_scopes: { "2": { region: { scope: ["ROOT_ID"], immune: [1] } } },
  chart_configuration: { "2": { id: 2 } },
  shared_label_colors: { SECRET: "#fff" },
  a_setting_of_tomorrow: { SECRET: 2 },
  native_filter_configuration: [
    {
      id: "NATIVE_FILTER-1",
      name: "Region",
      filterType: "filter_select",
      targets: [{ datasetId: 10, column: { name: "region" } }, {
        datasetId: 20,
        column: { name: "SECRET" },
      }],
      chartsInScope: [1, 2],
      scope: { rootPath: ["ROOT_ID"], excluded: [2] },
      defaultDataMask: { filterState: { value: ["SECRET"] } },
      adhoc_filters: [{ comparator: "SECRET" }],
    },
    null,
    "no filter",
  ],
} as const;

Deno.test("a dashboard's settings lose values of the data and charts that may not be seen", () => {
  const seen = { charts: new Set([1]), datasets: new Set([10]) };
  const settings = visibleSettings(SETTINGS, seen);
  assert.deepEqual(settings, {
    color_scheme: "supersetColors",
    cross_filters_enabled: true,
    refresh_frequency: 60,
    expanded_slices: { "1": true },
    timed_refresh_immune_slices: [1],
    native_filter_configuration: [{
      id: "NATIVE_FILTER-1",
      name: "Region",
      filterType: "filter_select",
      targets: [{ datasetId: 10, column: { name: "region" } }],
      chartsInScope: [1],
      scope: { rootPath: ["ROOT_ID"], excluded: [] },
    }],
  });
  assert.doesNotMatch(JSON.stringify(settings), /SECRET/);
});

Deno.test("settings that are none, or hold what they should not, make no fault", () => {
  const seen = { charts: new Set<number>(), datasets: new Set<number>() };
  assert.equal(visibleSettings(null, seen), null);
  const odd = { expanded_slices: [1], native_filter_configuration: {}, __proto__: null };
  assert.deepEqual(visibleSettings(odd, seen), {});
  const filters = [{
    targets: [null, 7, { datasetId: { toString: 1 } }],
    scope: 3,
    chartsInScope: "1",
  }];
  assert.deepEqual(visibleSettings({ native_filter_configuration: filters }, seen), {
    native_filter_configuration: [{ targets: [] }],
  });
});
