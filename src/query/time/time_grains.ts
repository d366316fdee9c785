/** The time grains that Superset has, by their ISO 8601 duration (6.1: db_engine_specs/base.py). */

export interface TimeGrain {
  /** ISO 8601; a week may name a moment that one begins or ends with. */
  readonly duration: string;
  readonly name: string;
}

export const TIME_GRAINS: readonly TimeGrain[] = [
  { duration: "PT1S", name: "Second" },
  { duration: "PT5S", name: "5 second" },
  { duration: "PT30S", name: "30 second" },
  { duration: "PT1M", name: "Minute" },
  { duration: "PT5M", name: "5 minute" },
  { duration: "PT10M", name: "10 minute" },
  { duration: "PT15M", name: "15 minute" },
  { duration: "PT30M", name: "30 minute" },
  { duration: "PT1H", name: "Hour" },
  { duration: "PT6H", name: "6 hour" },
  { duration: "P1D", name: "Day" },
  { duration: "P1W", name: "Week" },
  { duration: "P1M", name: "Month" },
  { duration: "P3M", name: "Quarter" },
  { duration: "P1Y", name: "Year" },
  { duration: "1969-12-28T00:00:00Z/P1W", name: "Week starting Sunday" },
  { duration: "1969-12-29T00:00:00Z/P1W", name: "Week starting Monday" },
  { duration: "P1W/1970-01-03T00:00:00Z", name: "Week ending Saturday" },
  { duration: "P1W/1970-01-04T00:00:00Z", name: "Week ending Sunday" },
];

/** Weeks that begin on Sunday, and on Monday. */
export const SUNDAY_WEEKS: readonly string[] = [
  "1969-12-28T00:00:00Z/P1W",
  "P1W/1970-01-03T00:00:00Z",
];
export const MONDAY_WEEKS: readonly string[] = [
  "P1W",
  "1969-12-29T00:00:00Z/P1W",
  "P1W/1970-01-04T00:00:00Z",
];

export function timeGrain(duration: string): TimeGrain | null {
  return TIME_GRAINS.find((grain) => grain.duration === duration) ?? null;
}
