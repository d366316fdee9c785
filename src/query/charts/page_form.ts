/**
 * The form as the chart page holds it when it asks for data: known controls only, each with its
 * default, none that is hidden (6.1: explore/controlUtils, hydrateExplore, StashFormDataContainer).
 * What is left out here is what the page leaves out, such as controls of another kind of chart.
 */
import type { FormData } from "../query_object.ts";
import type { ChartDataset } from "./chart_kind.ts";
import type { Control, Controls, Page } from "./controls.ts";
import { asList, isDefined, withoutUndefined } from "./form_values.ts";

/** These outlive being hidden where the form says `query_mode` (6.1: explore/constants). */
const KEPT_WITH_QUERY_MODE = new Set([
  "all_columns",
  "groupby",
  "metrics",
  "percent_metrics",
  "order_by_cols",
]);

/** Kept of every form beside its controls: who and what it is. */
const IDENTITY = ["datasource", "viz_type", "slice_id", "url_params", "extra_form_data"];

export function pageForm(saved: FormData, controls: Controls, dataset: ChartDataset): FormData {
  const page: Page = { form: { ...saved, time_range: saved.time_range || "No filter" }, dataset };
  const values: Record<string, unknown> = {};
  for (const name of IDENTITY) values[name] = saved[name];
  for (const [name, control] of Object.entries(controls)) {
    values[name] = controlValue(control, saved[name], page);
  }
  const shown: Page = { form: { ...values }, dataset };
  const keeps = isDefined(values.query_mode);
  for (const [name, control] of Object.entries(controls)) {
    const hidden = control.visible !== undefined && !control.visible(shown);
    if (hidden && !(keeps && KEPT_WITH_QUERY_MODE.has(name))) delete values[name];
  }
  return withoutUndefined(values);
}

function controlValue(control: Control, saved: unknown, page: Page): unknown {
  const initial = control.initial?.(saved, page);
  let value = initial ? initial : saved;
  if (!isDefined(value) && isDefined(control.default)) value = control.default;
  if (value && control.multi && !Array.isArray(value)) value = [value];
  if (control.choices === undefined || !value) return value;
  const choices = control.choices;
  if (control.multi) return asList(value).filter((entry) => choices.includes(entry));
  return choices.includes(asList(value)[0]) ? value : null;
}
