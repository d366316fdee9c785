/**
 * What Superset's server makes of saved form data before the page or a legacy chart sees it: older
 * ways to say time and filters become today's, and filters that came with the form are merged in
 * (6.1: superset/legacy.py, superset/utils/core.py `convert_legacy_filters_into_adhoc`,
 * `merge_extra_filters`, `merge_extra_form_data`).
 */
import type { FormData } from "../query_object.ts";
import { toAdhocFilter } from "./adhoc_filters.ts";
import { asList, isDefined, isEmpty, isObject, isText } from "./form_values.ts";

type Entry = Readonly<Record<string, unknown>>;

/** Filters of the old filter box that mean the form's time (6.1: `date_options`). */
const TIME_FILTERS: ReadonlyMap<unknown, string> = new Map([
  ["__time_range", "time_range"],
  ["__time_col", "granularity_sqla"],
  ["__time_grain", "time_grain_sqla"],
]);

/** Where `extra_form_data` goes in a form. */
const OVERRIDES: Readonly<Record<string, string>> = {
  granularity_sqla: "granularity",
  time_range: "time_range",
  time_grain_sqla: "time_grain_sqla",
};

/** @param params `slices.params`; it stays as it is */
export function savedForm(params: FormData): FormData {
  return mergeExtraFilters(withAdhocFilters(withTimeRange(params)));
}

function withTimeRange(params: FormData): FormData {
  let form = params;
  if ("since" in form || "until" in form) {
    const { since, until, ...rest } = form;
    form = { ...rest, time_range: `${since || ""} : ${until || ""}` };
  }
  if (form.y_axis_zero) form = { ...form, y_axis_bounds: [0, null] };
  return form;
}

function withAdhocFilters(params: FormData): FormData {
  const { filters, having, where, ...form } = params;
  if (!isEmpty(form.adhoc_filters)) return form;
  const freeForm = Object.entries({ having, where })
    .filter(([, text]) => isText(text) && text !== "")
    .map(([clause, text]) => ({
      clause: clause.toUpperCase(),
      expressionType: "SQL",
      sqlExpression: text,
    }));
  const simple = asList(filters).filter(isObject).map(toAdhocFilter);
  return { ...form, adhoc_filters: [...freeForm, ...simple] };
}

/**
 * Merges `extra_form_data` and `extra_filters` of a form into its own filters and time, by the
 * server's rules: a time range overrides those of the chart's time filters.
 */
export function mergeExtraFilters(params: FormData): FormData {
  const { extra_form_data, extra_filters, ...rest } = params;
  const extra: Entry = isObject(extra_form_data) ? extra_form_data : {};
  const form: Record<string, unknown> = { ...rest };
  for (const [source, target] of Object.entries(OVERRIDES)) {
    if (isDefined(extra[source])) form[target] = extra[source];
  }
  const extraFilters = asList(extra_filters).filter(isObject);
  form.adhoc_filters = mergeFilterBox(
    withTimeOverride(
      [
        ...asList(form.adhoc_filters).filter(isObject),
        ...asList(extra.adhoc_filters).filter(isObject).map((filter) => ({
          isExtra: true,
          ...filter,
        })),
        ...asList(extra.filters).filter(isObject).map((filter) =>
          toAdhocFilter({ isExtra: true, ...filter })
        ),
      ],
      extra,
      form,
    ),
    extraFilters,
  );
  for (const { col, val } of extraFilters) {
    const target = TIME_FILTERS.get(col);
    if (target !== undefined && val && val !== "No filter") form[target] = val;
  }
  return form;
}

function withTimeOverride(filters: readonly Entry[], extra: Entry, form: FormData): Entry[] {
  const column = extra.granularity_sqla;
  const isTime = (filter: Entry) => filter.operator === "TEMPORAL_RANGE";
  const times = filters.filter(isTime);
  if (times.length === 0 && isDefined(column) && isDefined(form.time_range)) {
    return [...filters, {
      clause: "WHERE",
      expressionType: "SIMPLE",
      operator: "TEMPORAL_RANGE",
      subject: column,
      comparator: form.time_range,
      isExtra: true,
    }];
  }
  return filters.map((filter) => {
    if (!isTime(filter)) return filter;
    return {
      ...filter,
      ...(isDefined(column) && filter.expressionType === "SIMPLE" ? { subject: column } : {}),
      ...(form.time_range && !form.granularity_sqla ? { comparator: form.time_range } : {}),
    };
  });
}

/** A condition that the chart has already, with the same values, is not added again. */
function mergeFilterBox(filters: readonly Entry[], extra: readonly Entry[]): Entry[] {
  const key = (column: unknown, operator: unknown) => JSON.stringify([column, operator]);
  const existing = new Map(
    filters
      .filter(({ expressionType, comparator, subject }) =>
        expressionType === "SIMPLE" && isDefined(comparator) && isDefined(subject)
      )
      .map(({ subject, operator, comparator }) => [key(subject, operator), comparator]),
  );
  const added = extra.filter(({ col, op, val }) =>
    !TIME_FILTERS.has(col) && val && !sameValues(existing.get(key(col, op)), val)
  );
  return [...filters, ...added.map((filter) => toAdhocFilter({ ...filter, isExtra: true }))];
}

function sameValues(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  const values = new Set(one);
  return values.size === new Set(other).size && other.every((value) => values.has(value));
}
