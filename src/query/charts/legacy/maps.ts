/** Country map, world map, point clusters and GeoJSON (6.1: superset/viz.py). */
import { invalidArgument } from "../../../errors.ts";
import type { FormData } from "../../query_object.ts";
import type { ChartKind, Row } from "../chart_kind.ts";
import { ADHOC_FILTERS, LIST, PLAIN, ROW_LIMIT } from "../controls.ts";
import {
  asColumns,
  asList,
  asMetric,
  columnLabel,
  isDefined,
  isText,
  metricLabel,
} from "../form_values.ts";
import { findCountry } from "./countries.ts";
import { numeric } from "./frames.ts";
import { allMetrics, legacyQuery } from "./legacy_query.ts";

export const countryMap: ChartKind = {
  vizTypes: ["country_map"],
  controls: {
    select_country: PLAIN,
    entity: PLAIN,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
  },
  queries(form) {
    const metric = asMetric(form.metric);
    const columns = asColumns(form.entity);
    if (!form.select_country || metric === null || columns.length === 0) {
      throw incomplete("a country, a metric and a column of ISO codes");
    }
    return [legacyQuery(form, { isTimeseries: false, columns, metrics: [metric] })];
  },
  transform: (rows, form) =>
    rows.map((row) => ({
      country_id: row[asColumns(form.entity).map(columnLabel)[0] ?? ""],
      metric: row[allMetrics(form).map(metricLabel)[0] ?? ""],
    })),
};

export const worldMap: ChartKind = {
  vizTypes: ["world_map"],
  controls: {
    entity: PLAIN,
    country_fieldtype: { default: "cca2", choices: ["name", "cioc", "cca2", "cca3"] },
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
    sort_by_metric: PLAIN,
    secondary_metric: PLAIN,
  },
  queries(form) {
    const columns = asColumns(form.entity);
    if (columns.length === 0) throw incomplete("a column of countries");
    const query = legacyQuery(form, { isTimeseries: false, columns });
    const first = query.metrics?.[0];
    return [form.sort_by_metric && first ? { ...query, orderby: [[first, false]] } : query];
  },
  transform(rows, form) {
    const entity = asColumns(form.entity).map(columnLabel)[0] ?? "";
    const metric = asMetric(form.metric);
    const second = asMetric(form.secondary_metric);
    return rows.map((row) => ({
      country: row[entity],
      m1: metric === null ? null : row[metricLabel(metric)],
      ...(second === null ? {} : { m2: row[metricLabel(second)] }),
      ...placeOf(row[entity], form.country_fieldtype),
    }));
  },
};

export const pointClusters: ChartKind = {
  vizTypes: ["mapbox", "point_cluster_map"],
  controls: {
    all_columns_x: PLAIN,
    all_columns_y: PLAIN,
    clustering_radius: { default: "60" },
    row_limit: ROW_LIMIT,
    adhoc_filters: ADHOC_FILTERS,
    groupby: LIST,
    point_radius: { default: "Auto" },
    point_radius_unit: { default: "Pixels" },
    mapbox_label: { multi: true },
    pandas_aggfunc: { default: "sum" },
  },
  queries(form) {
    const query = legacyQuery(form, { isTimeseries: false });
    const [x, y] = [form.all_columns_x, form.all_columns_y];
    const label = asList(form.mapbox_label)[0];
    const radius = form.point_radius === "Auto" ? undefined : form.point_radius;
    if (!isText(x) || !isText(y)) throw incomplete("columns of longitude and latitude");
    const wanted = [x, y, label === "count" ? undefined : label, radius].filter(isText);
    if (asList(form.groupby).length > 0) {
      const missing = wanted.filter((name) => !asColumns(form.groupby).includes(name));
      if (missing.length === 0) return [query];
      throw incomplete(`to group by what it shows, too: ${missing.join(", ")}`);
    }
    if (label === "count") throw incomplete("columns to group by, to count them");
    return [{ ...query, columns: [...new Set(wanted)].sort() }];
  },
  transform: clusters,
};

export const geoJson: ChartKind = {
  vizTypes: ["deck_geojson"],
  controls: {
    geojson: PLAIN,
    row_limit: ROW_LIMIT,
    filter_nulls: { default: true },
    adhoc_filters: ADHOC_FILTERS,
    js_columns: LIST,
  },
  queries(form) {
    const geojson = asColumns(form.geojson);
    if (geojson.length === 0) throw incomplete("a column of GeoJSON");
    const names = asColumns(form.js_columns).filter(isText);
    const columns = [...[...new Set(names)].sort(), ...geojson];
    return [legacyQuery(form, { isTimeseries: false, columns, metrics: [] })];
  },
  transform: (rows, form) => ({
    features: rows.map((row) => {
      const value = row[asColumns(form.geojson).map(columnLabel)[0] ?? ""];
      const feature = isText(value) ? JSON.parse(value) : value;
      const names = asColumns(form.js_columns).filter(isText);
      if (names.length === 0) return feature;
      return { ...feature, extraProps: Object.fromEntries(names.map((name) => [name, row[name]])) };
    }),
  }),
};

function placeOf(entity: unknown, field: unknown): Record<string, unknown> {
  const country = isText(entity) ? findCountry(String(field), entity) : null;
  if (country === null) return { country: "XXX" };
  const { cca3, latitude, longitude, name } = country;
  return { code: country.code, country: cca3, latitude, longitude, name };
}

function clusters(rows: readonly Row[], form: FormData): unknown {
  const [x, y] = [String(form.all_columns_x), String(form.all_columns_y)];
  const label = asList(form.mapbox_label)[0];
  const radius = form.point_radius === "Auto" ? undefined : form.point_radius;
  const features = rows.map((row) => ({
    type: "Feature",
    properties: {
      metric: isText(label) ? row[label] : null,
      radius: isText(radius) ? row[radius] : null,
    },
    geometry: { type: "Point", coordinates: [degrees(row[x]), degrees(row[y])] },
  }));
  const bound = (name: string, pick: (...values: number[]) => number) =>
    pick(...rows.map((row) => numeric(row[name])).filter(isDefined));
  return {
    geoJSON: { type: "FeatureCollection", features },
    hasCustomMetric: isDefined(label),
    aggregatorName: form.pandas_aggfunc,
    clusteringRadius: form.clustering_radius,
    pointRadiusUnit: form.point_radius_unit,
    bounds: [[bound(x, Math.min), bound(y, Math.min)], [bound(x, Math.max), bound(y, Math.max)]],
  };
}

/** Ten decimals, which is less than a hair's width. */
function degrees(value: unknown): number | null {
  const number = numeric(value);
  return number === null ? null : Number(number.toFixed(10));
}

function incomplete(what: string): Error {
  return invalidArgument(`This map is not complete: it needs ${what}.`, {
    hint: "Open the chart in Superset and complete it, or ask query_dataset for the rows.",
  });
}
