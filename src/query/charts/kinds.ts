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

const KINDS: readonly ChartKind[] = [
  aggregatedPoints,
  arc,
  bigNumberPeriodOverPeriod,
  bigNumberTotal,
  bigNumberWithTrendline,
  boxPlot,
  bubble,
  bullet,
  calendar,
  chord,
  compare,
  countryMap,
  funnel,
  gantt,
  gauge,
  geoJson,
  graph,
  gridTable,
  handlebars,
  heatmap,
  histogram,
  horizon,
  mixedTimeseries,
  olderBubble,
  pairedTTest,
  parallelCoordinates,
  partition,
  path,
  pie,
  pivotTable,
  pointClusters,
  polygon,
  radar,
  rose,
  sankey,
  scatter,
  sunburst,
  table,
  timePivot,
  timeseries,
  timeTable,
  tree,
  treemap,
  waterfall,
  wordCloud,
  worldMap,
];

const BY_NAME: ReadonlyMap<string, ChartKind> = new Map(
  KINDS.flatMap((kind) => kind.vizTypes.map((name) => [name, kind] as const)),
);

/** Kinds made of other charts, which build_query_context.ts takes apart. */
export const COMPOSED_KINDS = ["cartodiagram", "deck_multi"] as const;

export function findKind(vizType: string): ChartKind | undefined {
  return BY_NAME.get(vizType);
}

/** Every `viz_type` that a query can be built for, in order. */
export function knownVizTypes(): readonly string[] {
  return [...BY_NAME.keys(), ...COMPOSED_KINDS].sort();
}
