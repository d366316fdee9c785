/** pandas' names of regular times, such as `1D`, `W-MON`, `MS`, `2H`, and the times between two. */
import { invalidArgument } from "../../errors.ts";

export interface Frequency {
  readonly unit: "tick" | "week" | "month";
  /** Milliseconds of a tick, one week, or the months of a month, quarter or year. */
  readonly size: number;
  /** How many sizes a period has. */
  readonly count: number;
  /** The day that weeks end on (0 is Sunday), or a month that quarters or years begin with. */
  readonly anchor: number;
  /** Whether a period is labelled by its last day, rather than by its beginning. */
  readonly labelsEnd: boolean;
}

const DAY = 86_400_000;

/** More rows than a chart can hold: an hourly rule over a century, say. */
const MOST_PERIODS = 1_000_000;
const MOST_COUNT = 100_000;

const TICKS: Readonly<Record<string, number>> = {
  L: 1,
  ms: 1,
  S: 1000,
  s: 1000,
  T: 60_000,
  min: 60_000,
  H: 3_600_000,
  h: 3_600_000,
  D: DAY,
};

const MONTHS: Readonly<Record<string, { readonly months: number; readonly labelsEnd: boolean }>> = {
  M: { months: 1, labelsEnd: true },
  ME: { months: 1, labelsEnd: true },
  MS: { months: 1, labelsEnd: false },
  Q: { months: 3, labelsEnd: true },
  QE: { months: 3, labelsEnd: true },
  QS: { months: 3, labelsEnd: false },
  A: { months: 12, labelsEnd: true },
  Y: { months: 12, labelsEnd: true },
  YE: { months: 12, labelsEnd: true },
  AS: { months: 12, labelsEnd: false },
  YS: { months: 12, labelsEnd: false },
};

const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTH_NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");

/** @throws ServiceError `invalid_argument` for a rule that is none of these */
export function parseFrequency(rule: string): Frequency {
  const [, digits, name = "", anchor] = /^\s*(\d*)\s*([A-Za-z]+)(?:-([A-Z]{3}))?\s*$/.exec(rule) ??
    [];
  const count = digits ? Number(digits) : 1;
  const frequency = count >= 1 && count <= MOST_COUNT ? frequencyOf(name, count, anchor) : null;
  if (frequency !== null) return frequency;
  throw invalidArgument(`Cannot resample by '${rule}': it is no rule that is known here.`, {
    hint: `Use ${Object.keys({ ...TICKS, W: 1, ...MONTHS }).join(", ")}, with a number before it ` +
      "if need be, such as 7D.",
  });
}

function frequencyOf(name: string, count: number, anchor: string | undefined): Frequency | null {
  const tick = TICKS[name];
  if (tick !== undefined && anchor === undefined) {
    return { unit: "tick", size: tick * count, count: 1, anchor: 0, labelsEnd: false };
  }
  if (name === "W") {
    const day = WEEKDAYS.indexOf(anchor ?? "SUN");
    return day < 0 ? null : { unit: "week", size: 1, count, anchor: day, labelsEnd: true };
  }
  const named = MONTHS[name];
  if (named === undefined || (anchor !== undefined && named.months === 1)) return null;
  const month = MONTH_NAMES.indexOf(anchor ?? (named.labelsEnd ? "DEC" : "JAN"));
  if (month < 0) return null;
  // `Q-DEC` names the month that it ends with, `QS-JAN` the one that it begins with.
  const first = named.labelsEnd ? month + 1 : month;
  return {
    unit: "month",
    size: named.months,
    count,
    anchor: first % named.months,
    labelsEnd: named.labelsEnd,
  };
}

/** The labels of the periods from the one that holds the first time to the one that holds the last. */
export function periodsBetween(
  first: number,
  last: number,
  frequency: Frequency,
): readonly number[] {
  const start = labelAt(first, frequency);
  const end = labelAt(last, frequency);
  const periods = [start];
  const isOpen = frequency.labelsEnd
    ? () => periods.at(-1)! < end
    : () => stepped(start, periods.length, frequency) <= last;
  while (isOpen()) {
    if (periods.length === MOST_PERIODS) {
      throw invalidArgument(`Cannot resample: the rule makes over ${MOST_PERIODS} rows.`, {
        hint: "Use a coarser rule or a shorter time range.",
      });
    }
    periods.push(stepped(start, periods.length, frequency));
  }
  return periods;
}

/** Ticks are counted from the midnight of the time's day. */
function labelAt(time: number, { unit, size, anchor, labelsEnd }: Frequency): number {
  const midnight = Math.floor(time / DAY) * DAY;
  if (unit === "tick") return midnight + Math.floor((time - midnight) / size) * size;
  const date = new Date(midnight);
  if (unit === "week") return midnight + (anchor - date.getUTCDay() + 7) % 7 * DAY;
  const month = date.getUTCMonth();
  const begin = month - (month - anchor + 12) % size;
  return labelsEnd
    ? Date.UTC(date.getUTCFullYear(), begin + size, 0)
    : Date.UTC(date.getUTCFullYear(), begin, 1);
}

function stepped(start: number, steps: number, frequency: Frequency): number {
  const { unit, size, count, labelsEnd } = frequency;
  const sizes = steps * size * count;
  if (unit === "tick") return start + sizes;
  if (unit === "week") return start + sizes * 7 * DAY;
  const date = new Date(start);
  const month = date.getUTCMonth() + sizes;
  return labelsEnd
    ? Date.UTC(date.getUTCFullYear(), month + 1, 0)
    : Date.UTC(date.getUTCFullYear(), month, 1);
}
