/**
 * A dashboard's settings, `json_metadata` (Superset 6.1, superset/dashboards/schemas.py
 * `DashboardJSONMetadataSchema`). They name charts and datasets by id and hold values of the data
 * (default values of filters, series that have a colour), so a caller gets the settings that are
 * known to hold neither, and of the rest what concerns the charts that they may see.
 */
import { numberOf } from "./decode.ts";
import type { Values } from "./resource.ts";

/** Settings of the page itself. */
const OPEN = [
  "color_namespace",
  "color_scheme",
  "color_scheme_domain",
  "cross_filters_enabled",
  "filter_bar_orientation",
  "refresh_frequency",
  "show_chart_timestamps",
  "show_native_filters",
  "stagger_refresh",
  "stagger_time",
];

/** What a filter is; its default value, and what it lets through beforehand, stay closed. */
const OPEN_OF_FILTER = [
  "id",
  "type",
  "name",
  "filterType",
  "description",
  "cascadeParentIds",
  "controlValues",
  "tabsInScope",
];

/** What a caller may see on a dashboard. */
export interface Seen {
  readonly charts: ReadonlySet<number>;
  readonly datasets: ReadonlySet<number>;
}

/** The settings without what the caller may not see. */
export function visibleSettings(settings: Values | null, seen: Seen): Values | null {
  if (settings === null) return null;
  const { expanded_slices, timed_refresh_immune_slices, native_filter_configuration } = settings;
  return {
    ...picked(settings, OPEN),
    ...(isObject(expanded_slices)
      ? { expanded_slices: ofCharts(expanded_slices, seen.charts) }
      : {}),
    ...(Array.isArray(timed_refresh_immune_slices)
      ? { timed_refresh_immune_slices: idsAmong(timed_refresh_immune_slices, seen.charts) }
      : {}),
    ...(Array.isArray(native_filter_configuration)
      ? {
        native_filter_configuration: native_filter_configuration.filter(isObject)
          .map((filter) => visibleFilter(filter, seen)),
      }
      : {}),
  };
}

function visibleFilter(filter: Values, { charts, datasets }: Seen): Values {
  const { targets, chartsInScope, scope } = filter;
  return {
    ...picked(filter, OPEN_OF_FILTER),
    ...(Array.isArray(targets)
      ? {
        targets: targets.filter(isObject).filter(({ datasetId }) =>
          datasets.has(numberOf(datasetId))
        ),
      }
      : {}),
    ...(Array.isArray(chartsInScope) ? { chartsInScope: idsAmong(chartsInScope, charts) } : {}),
    ...(isObject(scope)
      ? {
        scope: {
          ...picked(scope, ["rootPath"]),
          excluded: Array.isArray(scope.excluded) ? idsAmong(scope.excluded, charts) : [],
        },
      }
      : {}),
  };
}

function picked(from: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]),
  );
}

function ofCharts(byChart: Values, charts: ReadonlySet<number>): Values {
  return Object.fromEntries(Object.entries(byChart).filter(([id]) => charts.has(numberOf(id))));
}

function idsAmong(ids: readonly unknown[], charts: ReadonlySet<number>): unknown[] {
  return ids.filter((id) => charts.has(numberOf(id)));
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
