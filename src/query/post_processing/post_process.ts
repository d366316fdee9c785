/** Superset's post-processing of a query's rows: the operations by name, and their run in order. */
import { invalidArgument, ServiceError } from "../../errors.ts";
import type { Frame } from "../frame.ts";
import type { PostProcessing } from "../query_object.ts";
import { aggregate } from "./aggregate.ts";
import { boxplot } from "./boxplot.ts";
import { compare } from "./compare.ts";
import { contribution } from "./contribution.ts";
import { cum } from "./cum.ts";
import type { Operation } from "./define_operation.ts";
import { diff } from "./diff.ts";
import { flatten } from "./flatten.ts";
import { geodeticParse } from "./geodetic_parse.ts";
import { geohashDecode, geohashEncode } from "./geohash.ts";
import { histogram } from "./histogram.ts";
import { pivot } from "./pivot.ts";
import { rank } from "./rank.ts";
import { rename } from "./rename.ts";
import { resample } from "./resample.ts";
import { rolling } from "./rolling.ts";
import { select } from "./select.ts";
import { sort } from "./sort.ts";
import { frameOf, refuseTooManyCells, tableOf } from "./table.ts";

/** Superset's list (6.1: superset/utils/pandas_postprocessing) but for prophet. */
export const OPERATIONS: readonly Operation[] = [
  aggregate,
  boxplot,
  compare,
  contribution,
  cum,
  diff,
  flatten,
  geodeticParse,
  geohashDecode,
  geohashEncode,
  histogram,
  pivot,
  rank,
  rename,
  resample,
  rolling,
  select,
  sort,
];

const BY_NAME: ReadonlyMap<string, Operation> = new Map(
  OPERATIONS.map((operation) => [operation.name, operation]),
);

/** No chart has more than a few; each of them goes through all rows. */
const MOST_OPERATIONS = 50;

/**
 * Runs the operations one after the other; null entries, which Superset's page leaves, are passed
 * over. Labels come out as a chart names its series: levels joined by a comma, not escaped.
 *
 * @throws ServiceError `invalid_argument` naming an operation that there is not, or its wrong option;
 *   `too_large` for more operations or cells than a chart can need
 */
export function postProcess(
  frame: Frame,
  operations: readonly (PostProcessing | null | undefined)[],
): Frame {
  const steps = operations.filter((item) => item !== null && item !== undefined);
  if (steps.length > MOST_OPERATIONS) {
    throw new ServiceError("too_large", `Cannot run ${steps.length} post-processing operations.`, {
      hint: `Leave at most ${MOST_OPERATIONS} of them in the chart.`,
    });
  }
  if (steps.length === 0) return frame;
  const given = tableOf(frame);
  const made = steps.reduce((table, { operation, options }) => {
    const { name, apply } = find(operation);
    const next = apply(table, options ?? {});
    // One after the other may double the columns.
    const added = next.columns.length - given.columns.length;
    refuseTooManyCells(name, next.rowCount, Math.max(0, added));
    return next;
  }, given);
  return frameOf(made);
}

function find(name: string | undefined): Operation {
  const operation = BY_NAME.get(name ?? "");
  if (operation !== undefined) return operation;
  const hint = `Use one of ${[...BY_NAME.keys()].join(", ")}.`;
  throw invalidArgument(
    name === "prophet"
      ? "Cannot run the post-processing operation 'prophet': forecasts are not made here."
      : `Cannot run the post-processing operation '${name ?? ""}': there is none of that name.`,
    {
      hint: name === "prophet" ? "Take the forecast off the chart." : hint,
      details: { operation: name },
    },
  );
}
