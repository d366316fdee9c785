/** Rows of a time series as the older charts draw them: one line for each metric and group (6.1: superset/viz.py, `NVD3TimeSeriesViz`). */
import type { FormData } from "../../query_object.ts";
import type { Row } from "../chart_kind.ts";
import { asColumns } from "../form_values.ts";
import { compareLists, pivotByTime } from "./frames.ts";
import { allMetrics } from "./legacy_query.ts";

export interface Line {
  /** The metric, unless there is only one, and the group. */
  readonly key: readonly string[];
  /** Milliseconds, and the value; null where the line has a gap. */
  readonly values: readonly { readonly x: number; readonly y: number | null }[];
}

/** Lines in the order of their names. Rolling windows and resampling are not among this. */
export function seriesOf(rows: readonly Row[], form: FormData): readonly Line[] {
  const metrics = allMetrics(form);
  const { index, series } = pivotByTime(rows, asColumns(form.groupby), metrics);
  const totals = new Map(index.map((time) => [
    time,
    series.reduce((sum, { points }) => sum + (points.get(time) ?? 0), 0),
  ]));
  const lines = series.map(({ metric, groups, points }): Line => ({
    key: metrics.length === 1 && groups.length > 0
      ? groups.map(String)
      : [metric, ...groups.map(String)],
    values: index.map((x) => {
      const y = points.get(x) ?? null;
      const share = form.contribution && y !== null ? y / (totals.get(x) || Number.NaN) : y;
      return { x, y: share === null || Number.isNaN(share) ? null : share };
    }),
  }));
  return lines.sort((one, other) => compareLists(one.key, other.key));
}
