/**
 * `extra_form_data`: what a dashboard's native filters, cross filters and time controls add to a
 * chart. Lists are appended and single values override (6.1: superset-ui-core/src/query
 * constants.ts, processExtraFormData.ts; dashboard/components/nativeFilters/utils.ts).
 */
import type {
  FormData,
  QueryColumn,
  QueryContext,
  QueryFilter,
  QueryObject,
} from "../query_object.ts";
import { addedClauses, splitAdhocFilters } from "./adhoc_filters.ts";
import { asList, isDefined, isObject, isText } from "./form_values.ts";

export type ExtraFormData = Readonly<Record<string, unknown>>;

const APPENDED = [
  "adhoc_filters",
  "filters",
  "interactive_groupby",
  "interactive_highlight",
  "interactive_drilldown",
  "custom_form_data",
];

/**
 * Adds extra form data to a chart's form, or to a query context that is saved or built already.
 * Of a context only what its queries hold can change; a form is built anew, so prefer it where the
 * extra data names a grain, a comparison or columns.
 *
 * @param extra as a dashboard sends it; what is unknown in it does nothing
 */
export function mergeExtraFormData<T extends FormData | QueryContext>(
  target: T,
  extra: unknown,
): T {
  if (!isObject(extra)) return target;
  if (!isContext(target)) {
    const own = (target as FormData).extra_form_data;
    return { ...target, extra_form_data: joinExtraFormData(own, extra) };
  }
  return {
    ...target,
    queries: target.queries.map((query) => withAxisGrain(mergeIntoQuery(query, extra), extra)),
    ...(target.form_data === undefined
      ? {}
      : { form_data: mergeExtraFormData(target.form_data, extra) }),
  };
}

/** Two of them as one: lists one after the other, of single values the second's. */
export function joinExtraFormData(first: unknown, second: unknown): ExtraFormData {
  const one = isObject(first) ? first : {};
  const two = isObject(second) ? second : {};
  const lists = APPENDED.filter((key) => key in one || key in two).map((key) => {
    const joined = isObject(one[key]) || isObject(two[key])
      ? { ...(one[key] as object), ...(two[key] as object) }
      : [...asList(one[key]), ...asList(two[key])];
    return [key, joined];
  });
  return { ...one, ...two, ...Object.fromEntries(lists) };
}

/** One query with the filters, the time and the grain of extra form data. */
export function mergeIntoQuery(query: QueryObject, extraFormData: unknown): QueryObject {
  if (!isObject(extraFormData)) return query;
  const extra = extraFormData;
  const extras = {
    ...query.extras,
    ...addedClauses(extra.adhoc_filters),
    ...override(extra, "relative_start"),
    ...override(extra, "relative_end"),
    ...override(extra, "time_grain_sqla"),
  };
  return {
    ...query,
    filters: [
      ...asList(extra.filters).filter(isFilter),
      ...query.filters ?? [],
      ...splitAdhocFilters(extra.adhoc_filters).filters,
    ],
    extras,
    ...override(extra, "granularity"),
    ...(isText(extra.granularity_sqla) ? { granularity: extra.granularity_sqla } : {}),
    ...override(extra, "time_range"),
    ...(isObject(extra.custom_form_data) ? { custom_form_data: extra.custom_form_data } : {}),
  };
}

/** The grain of a saved context stands in its columns, too. */
function withAxisGrain(query: QueryObject, extra: ExtraFormData): QueryObject {
  const grain = extra.time_grain_sqla;
  if (!isText(grain) || query.columns === undefined) return query;
  const columns = query.columns.map((column): QueryColumn =>
    !isText(column) && column.columnType === "BASE_AXIS" ? { ...column, timeGrain: grain } : column
  );
  return { ...query, columns };
}

function override(extra: ExtraFormData, key: string): Record<string, string> {
  const value = extra[key];
  return isText(value) ? { [key]: value } : {};
}

function isFilter(value: unknown): value is QueryFilter {
  return isObject(value) && isDefined(value.col) && isText(value.op);
}

function isContext(target: FormData | QueryContext): target is QueryContext {
  return Array.isArray((target as QueryContext).queries) && isObject(target.datasource);
}
