/** All of the demo's charts; a chart's id is its place here. */
import { SALES_CHARTS } from "./charts_sales.ts";
import { SERVICE_CHARTS } from "./charts_service.ts";
import type { DemoChart } from "./form_data.ts";
import { datasetId, placeOf } from "./names.ts";

export const CHARTS: readonly DemoChart[] = [...SALES_CHARTS, ...SERVICE_CHARTS];

export function chartId(name: string): number {
  return placeOf(CHARTS, "chart", (chart) => chart.name === name);
}

/** The whole of `slices.params`. */
export function formDataOf(chart: DemoChart): Record<string, unknown> {
  return {
    datasource: `${datasetId(chart.dataset)}__table`,
    viz_type: chart.viz,
    slice_id: chartId(chart.name),
    ...chart.form,
  };
}
