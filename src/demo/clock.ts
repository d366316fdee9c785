/** The demo's calendar: everything hangs on the UTC day of the start, so a day's answers agree. */

export const DAY_MS = 86_400_000;

export interface Calendar {
  /** The first millisecond of today; nothing in the demo is later. */
  readonly today: number;
  /** A metadata timestamp so many days before today, as SQLAlchemy writes it to SQLite. */
  daysAgo(days: number): string;
}

/** @param now milliseconds since 1970 */
export function calendarOf(now: number): Calendar {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return {
    today,
    // The odd hours keep objects of one day apart and in a fixed order.
    daysAgo: (days) => `${dateTimeText(today - Math.round(days * DAY_MS) - 31_415_926)}.271828`,
  };
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, the text Superset compares SQLite's times with. */
export function dateTimeText(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
