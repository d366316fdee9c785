/** Every kind of chart that ships with Superset 6.1, by its `viz_type`. */
import type { ChartKind } from "./chart_kind.ts";
import {
  bigNumberPeriodOverPeriod,
  bigNumberTotal,
  bigNumberWithTrendline,
} from "./kinds/big_number.ts";
import { aggregatedPoints, arc, path, polygon, scatter } from "./kinds/deck.ts";
import { boxPlot, bubble, heatmap, histogram, radar, waterfall } from "./kinds/distributions.ts";
import { handlebars } from "./kinds/handlebars.ts";
import { mixedTimeseries } from "./kinds/mixed_timeseries.ts";
import { funnel, gauge, pie, sunburst, treemap, wordCloud } from "./kinds/pie.ts";
import { pivotTable } from "./kinds/pivot_table.ts";
import { gantt, graph, sankey, tree } from "./kinds/relations.ts";
import { gridTable, table } from "./kinds/table.ts";
import { timeseries } from "./kinds/timeseries.ts";
import { countryMap, geoJson, pointClusters, worldMap } from "./legacy/maps.ts";
import {
  calendar,
  compare,
  horizon,
  pairedTTest,
  rose,
  timePivot,
  timeTable,
} from "./legacy/series.ts";
import { bullet, chord, olderBubble, parallelCoordinates, partition } from "./legacy/shapes.ts";

/** Their queries come from the page. */
const PAGE_KINDS: readonly ChartKind[] = [
  aggregatedPoints,
  arc,
  bigNumberPeriodOverPeriod,
  bigNumberTotal,
  bigNumberWithTrendline,
  boxPlot,
  bubble,
  funnel,
  gantt,
  gauge,
  graph,
  gridTable,
  handlebars,
  heatmap,
  histogram,
  mixedTimeseries,
  path,
  pie,
  pivotTable,
  polygon,
  radar,
  sankey,
  scatter,
  sunburst,
  table,
  timeseries,
  tree,
  treemap,
  waterfall,
  wordCloud,
];

/** Their queries are made by the server, from the form alone (6.1: `/explore_json`, superset/viz.py). */
const LEGACY_KINDS: readonly ChartKind[] = [
  bullet,
  calendar,
  chord,
  compare,
  countryMap,
  geoJson,
  horizon,
  olderBubble,
  pairedTTest,
  parallelCoordinates,
  partition,
  pointClusters,
  rose,
  timePivot,
  timeTable,
  worldMap,
];

const BY_NAME: ReadonlyMap<string, ChartKind> = new Map(
  [...PAGE_KINDS, ...LEGACY_KINDS].flatMap((kind) =>
    kind.vizTypes.map((name) => [name, kind] as const)
  ),
);

/** Kinds made of other charts, which build_query_context.ts takes apart. */
export const COMPOSED_KINDS = ["cartodiagram", "deck_multi"] as const;

export function findKind(vizType: string): ChartKind | undefined {
  return BY_NAME.get(vizType);
}

/** Whether the server makes the queries of this kind, so that what it does to the page's is not done. */
export function isLegacyKind(vizType: unknown): boolean {
  return LEGACY_KINDS.some((kind) => kind.vizTypes.includes(String(vizType)));
}

/** Every `viz_type` that a query can be built for, in order. */
export function knownVizTypes(): readonly string[] {
  return [...BY_NAME.keys(), ...COMPOSED_KINDS].sort();
}
