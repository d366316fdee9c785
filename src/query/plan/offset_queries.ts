/**
 * The queries that a comparison over time runs beside its own: the same query on moments that lie
 * an offset away (Superset 6.1: superset/models/helpers.py, `processing_time_offsets`). Pure: the
 * caller runs them and joins their rows by src/query/time/offset_join.ts.
 */
import { invalidArgument, ServiceError } from "../../errors.ts";
import type { Frame } from "../frame.ts";
import type { QueryFilter, QueryObject } from "../query_object.ts";
import { moved } from "../time/human_time.ts";
import type { OffsetJoin } from "../time/offset_join.ts";
import { type TimeOffset, timeOffset } from "../time/time_offset.ts";
import { type TimeRange, timeRange } from "../time/time_range.ts";
import { axisLabel, isAdhocColumn, metricLabel, TIMESTAMP } from "./labels.ts";
import type { TimeBounds } from "./planning.ts";

export interface OffsetQuery {
  readonly offset: TimeOffset;
  readonly query: QueryObject;
  /** For `PlanOptions.bounds`. */
  readonly bounds: TimeBounds;
}

export interface OffsetOptions {
  readonly now: Date;
  /** The feature flag `DATE_RANGE_TIMESHIFTS_ENABLED`: offsets that are ranges of their own. */
  readonly dateRangeTimeshifts?: boolean;
}

/** Each runs the whole query once more; no chart can show so many. */
const MOST_OFFSETS = 50;

/**
 * @param main the query's own rows, normalized: what its time axis holds says which filters move.
 * Superset compares nothing where there are none.
 * @throws ServiceError `invalid_argument` for an offset that is none, and a time range without
 * beginning or end; `too_large` for more offsets than a chart can show
 */
export function offsetQueries(
  query: QueryObject,
  main: Frame,
  options: OffsetOptions,
): readonly OffsetQuery[] {
  const offsets = query.time_offsets ?? [];
  if (offsets.length === 0 || main.rowCount === 0) return [];
  if (offsets.length > MOST_OFFSETS) {
    throw new ServiceError("too_large", `Cannot compare with ${offsets.length} time offsets.`, {
      hint: `Compare with at most ${MOST_OFFSETS}.`,
    });
  }
  const range = comparedRange(query, options.now);
  return offsets.map((name) => {
    const offset = timeOffset(name, range);
    if (offset.delta === null && !options.dateRangeTimeshifts) {
      throw invalidArgument(`Cannot compare with the range '${name}'.`, {
        hint: "Compare with an offset such as '1 year ago'; ranges need the feature flag " +
          "DATE_RANGE_TIMESHIFTS_ENABLED.",
      });
    }
    return offsetQuery(query, offset, main, options);
  });
}

/** How the rows of offset queries are joined to the main ones. */
export function offsetJoin(query: QueryObject): OffsetJoin {
  const [first] = query.columns ?? [];
  const timeGrain = first !== undefined && isAdhocColumn(first)
    ? first.timeGrain
    : query.extras?.time_grain_sqla;
  return { metrics: (query.metrics ?? []).map(metricLabel), timeGrain: timeGrain || null };
}

function offsetQuery(
  query: QueryObject,
  offset: TimeOffset,
  main: Frame,
  options: OffsetOptions,
): OffsetQuery {
  const axis = axisLabel(query.columns ?? []);
  const granularity = query.granularity || axis;
  const filters = offset.delta === null
    ? withRange(query, offset, axis)
    : isTimes(main, axis ?? TIMESTAMP)
    ? query.filters?.map((filter) =>
      isRange(filter) && filter.col === granularity ? inRange(filter, offset) : filter
    )
    : query.filters?.map((filter) => movedFilter(filter, offset, query, options));
  return {
    offset,
    bounds: { from: offset.from, to: offset.to },
    query: {
      ...query,
      granularity,
      filters: filters?.filter((filter) => axis === null || filter.col !== axis || isRange(filter)),
      time_offsets: [],
      post_processing: [],
      // A limited counterpart would lack rows to be joined: the setting's limit takes its place.
      row_limit: null,
      row_offset: 0,
    },
  };
}

/** The query's own range, or else that of its last time filter. */
function comparedRange(query: QueryObject, now: Date): TimeRange {
  const filter = query.filters?.findLast((one) => isRange(one) && typeof one.val === "string");
  return timeRange(query.time_range || String(filter?.val ?? ""), rangeContext(query, now));
}

function rangeContext({ extras, time_shift }: QueryObject, now: Date) {
  return {
    now,
    timeShift: time_shift,
    relativeStart: extras?.relative_start,
    relativeEnd: extras?.relative_end,
    instantTimeComparisonRange: extras?.instant_time_comparison_range,
  };
}

/** On an axis that is no time, each time filter moves by itself. */
function movedFilter(
  filter: QueryFilter,
  { delta }: TimeOffset,
  query: QueryObject,
  { now }: OffsetOptions,
): QueryFilter {
  if (!isRange(filter) || typeof filter.val !== "string" || delta === null) return filter;
  const { time_shift: _, ...unshifted } = query;
  const { from, to } = timeRange(filter.val, rangeContext(unshifted, now));
  return inRange(filter, {
    from: from === null ? null : moved(from, delta),
    to: to === null ? null : moved(to, delta),
  });
}

/** A range of its own takes the place of every time filter. */
function withRange(
  query: QueryObject,
  offset: TimeOffset,
  axis: string | null,
): readonly QueryFilter[] {
  const filters = query.filters ?? [];
  const filtered = filters.find(isRange)?.col;
  const named = filtered !== undefined && typeof filtered !== "string"
    ? filtered.label || filtered.sqlExpression
    : filtered;
  const column = named ?? query.granularity ?? axis;
  if (!column) {
    throw invalidArgument(`Cannot compare with the range '${offset.name}': no time column.`, {
      hint: "Give the query a time range on one of the dataset's time columns.",
    });
  }
  const others = filters.filter((filter) => !isRange(filter));
  return [...others, inRange({ col: column, op: "TEMPORAL_RANGE" }, offset)];
}

function inRange(filter: QueryFilter, { from, to }: TimeBounds): QueryFilter {
  return {
    ...filter,
    val: from === null && to === null ? "No filter" : `${text(from)} : ${text(to)}`,
  };
}

function isRange({ op }: QueryFilter): boolean {
  return op === "TEMPORAL_RANGE";
}

function isTimes({ columns }: Frame, name: string): boolean {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) return false;
  let found = false;
  for (const value of column.values) {
    if (value === null) continue;
    if (!(value instanceof Date)) return false;
    found = true;
  }
  return found;
}

function text(moment: Date | null): string {
  return moment === null ? "" : moment.toISOString().slice(0, 19);
}
