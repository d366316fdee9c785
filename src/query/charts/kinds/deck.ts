/** deck.gl layers over places: points, arcs, paths, polygons and grids (6.1: legacy-preset-chart-deckgl). */
import { invalidArgument } from "../../../errors.ts";
import type { FormData, QueryColumn, QueryFilter } from "../../query_object.ts";
import { baseQuery, defaultOrder } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import { ADHOC_FILTERS, type Control, type Controls, LIST, PLAIN, ROW_LIMIT } from "../controls.ts";
import {
  asColumns,
  asMetric,
  columnLabel,
  isDefined,
  isObject,
  isText,
  metricLabel,
  tooltipColumns,
  uniqueBy,
} from "../form_values.ts";

const NULLS: Control = { default: true };
const TOOLTIP: Control = { multi: true };
const JS_COLUMNS: Control = LIST;

/** Points are coloured by a dimension only under a palette of categories. */
const dimensionUnder = (byDefault: string): Controls => ({
  color_scheme_type: { default: byDefault },
  dimension: { visible: ({ form }) => form.color_scheme_type === "categorical_palette" },
});

export const aggregatedPoints: ChartKind = {
  vizTypes: ["deck_contour", "deck_grid", "deck_heatmap", "deck_hex", "deck_screengrid"],
  controls: {
    spatial: PLAIN,
    size: PLAIN,
    row_limit: ROW_LIMIT,
    filter_nulls: NULLS,
    adhoc_filters: ADHOC_FILTERS,
    tooltip_contents: TOOLTIP,
    js_columns: JS_COLUMNS,
  },
  queries(form) {
    const query = baseQuery(form);
    const places = spatialColumns(form.spatial, "spatial");
    const size = asMetric(form.size);
    return [{
      ...query,
      columns: withTooltip(form, [...query.columns ?? [], ...places]),
      metrics: size === null ? [] : [size],
      filters: [...query.filters ?? [], ...notNull(places)],
      orderby: size === null ? query.orderby : defaultOrder({ orderby: [[size, false]] }),
      is_timeseries: false,
    }];
  },
};

export const scatter: ChartKind = {
  vizTypes: ["deck_scatter"],
  controls: {
    spatial: PLAIN,
    row_limit: ROW_LIMIT,
    filter_nulls: NULLS,
    adhoc_filters: ADHOC_FILTERS,
    tooltip_contents: TOOLTIP,
    point_radius_fixed: { default: { type: "fix", value: 1000 } },
    ...dimensionUnder("categorical_palette"),
    js_columns: JS_COLUMNS,
  },
  queries(form) {
    // The page clears the grain for this kind (6.1: Scatter/controlPanel.ts, onInit).
    const query = baseQuery({ ...form, time_grain_sqla: null });
    const places = spatialColumns(form.spatial, "spatial");
    const named = [...query.columns ?? [], ...places, ...asColumns(form.dimension)].map(
      columnLabel,
    );
    const { byMetric, radius } = radiusOf(form.point_radius_fixed);
    const metrics = query.metrics ?? [];
    const labels = metrics.map(metricLabel);
    return [{
      ...query,
      columns: withTooltip(form, named),
      metrics: radius === null || labels.includes(metricLabel(radius))
        ? metrics
        : [...metrics, radius],
      filters: [...query.filters ?? [], ...notNull(places)],
      orderby: byMetric && radius !== null ? [[metricLabel(radius), false]] : query.orderby ?? [],
      is_timeseries: false,
    }];
  },
};

export const arc: ChartKind = {
  vizTypes: ["deck_arc"],
  controls: {
    start_spatial: PLAIN,
    end_spatial: PLAIN,
    row_limit: ROW_LIMIT,
    filter_nulls: NULLS,
    adhoc_filters: ADHOC_FILTERS,
    tooltip_contents: TOOLTIP,
    ...dimensionUnder("fixed_color"),
    js_columns: JS_COLUMNS,
  },
  queries(form) {
    const query = baseQuery(form);
    const start = spatialColumns(form.start_spatial, "start_spatial");
    const end = spatialColumns(form.end_spatial, "end_spatial");
    const columns = [...query.columns ?? [], ...start, ...end, ...asColumns(form.dimension)];
    return [{
      ...query,
      columns: withTooltip(form, columns),
      filters: [...query.filters ?? [], ...notNull(start), ...notNull(end)],
      is_timeseries: Boolean(form.time_grain_sqla),
    }];
  },
};

export const path: ChartKind = {
  vizTypes: ["deck_path"],
  controls: {
    line_column: PLAIN,
    line_type: { default: "json" },
    row_limit: ROW_LIMIT,
    filter_nulls: NULLS,
    adhoc_filters: ADHOC_FILTERS,
    tooltip_contents: TOOLTIP,
    js_columns: JS_COLUMNS,
  },
  queries(form) {
    const query = baseQuery(form);
    const line = lineColumn(form, "path");
    const grouped = (query.metrics ?? []).length > 0;
    const columns = grouped
      ? query.columns ?? []
      : uniqueBy([...query.columns ?? [], line], columnLabel);
    const groupby: readonly QueryColumn[] = grouped ? [line] : [];
    const filtered = new Set(
      query.filters?.filter(({ op }) => op === "IS NOT NULL").map(({ col }) => col),
    );
    const missing = filtered.has(line) ? [] : [{ col: line, op: "IS NOT NULL" }];
    const js = asColumns(form.js_columns).filter((name) => !groupby.includes(name));
    return [{
      ...query,
      columns: withTooltip({ ...form, js_columns: js }, columns),
      metrics: query.metrics ?? [],
      groupby: withTooltip({ ...form, js_columns: [] }, groupby),
      filters: [...query.filters ?? [], ...missing],
      is_timeseries: Boolean(form.time_grain_sqla),
    }];
  },
};

export const polygon: ChartKind = {
  vizTypes: ["deck_polygon"],
  controls: {
    line_column: PLAIN,
    line_type: { default: "json" },
    adhoc_filters: ADHOC_FILTERS,
    metric: PLAIN,
    point_radius_fixed: { default: { type: "fix", value: 1000 } },
    row_limit: ROW_LIMIT,
    filter_nulls: NULLS,
    tooltip_contents: TOOLTIP,
    js_columns: JS_COLUMNS,
  },
  queries(form) {
    const query = baseQuery(form);
    const line = lineColumn(form, "polygon");
    const metric = asMetric(form.metric);
    const { radius } = isText(form.point_radius_fixed)
      ? { radius: null }
      : radiusOf(form.point_radius_fixed);
    const nulls: QueryFilter[] = [{ col: line, op: "IS NOT NULL" }];
    if (metric !== null) nulls.push({ col: metricLabel(metric), op: "IS NOT NULL" });
    return [{
      ...query,
      columns: withTooltip(form, [...query.columns ?? [], line]),
      metrics: [metric, radius].filter(isDefined),
      filters: [...query.filters ?? [], ...(form.filter_nulls === false ? [] : nulls)],
      is_timeseries: false,
    }];
  },
};

/** The columns that hold a place, longitude first. */
export function spatialColumns(spatial: unknown, control: string): readonly string[] {
  const { type, lonCol, latCol, lonlatCol, geohashCol } = isObject(spatial) ? spatial : {};
  let columns: readonly unknown[] = [];
  if (type === "latlong") columns = [lonCol, latCol];
  if (type === "delimited") columns = [lonlatCol];
  if (type === "geohash") columns = [geohashCol];
  const named = columns.filter((name) => isText(name) && name !== "") as string[];
  if (columns.length > 0 && named.length === columns.length) return named;
  throw invalidArgument(`This map has no columns for its places: '${control}' is not complete.`, {
    hint: "Open the chart in Superset and choose its columns, or ask query_dataset for them.",
  });
}

function lineColumn(form: FormData, shape: string): string {
  if (isText(form.line_column) && form.line_column !== "") return form.line_column;
  throw invalidArgument(`This map has no column for its ${shape}s: 'line_column' is empty.`, {
    hint: "Open the chart in Superset and choose the column, or ask query_dataset for it.",
  });
}

/** A radius is a metric, or a fixed number that no query needs. */
function radiusOf(control: unknown) {
  const byMetric = isText(control) && control !== "" ||
    isObject(control) && control.type === "metric";
  const value = isObject(control) ? control.value : control;
  return { byMetric, radius: byMetric ? asMetric(value) : null };
}

function withTooltip(form: FormData, columns: readonly QueryColumn[]): readonly QueryColumn[] {
  const withScripts = [...columns];
  for (const name of asColumns(form.js_columns)) {
    if (!withScripts.includes(name)) withScripts.push(name);
  }
  const present = new Set(withScripts.map(columnLabel));
  const missing = tooltipColumns(form.tooltip_contents).filter((name) => !present.has(name));
  return [...withScripts, ...new Set(missing)];
}

function notNull(columns: readonly string[]): QueryFilter[] {
  return columns.map((col): QueryFilter => ({ col, op: "IS NOT NULL", val: null }));
}
