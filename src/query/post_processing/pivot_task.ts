/** What a pivot and its totals share: the task, and how values become parts of labels. */
import type { Value } from "../frame.ts";
import type { Aggregate } from "./aggregators.ts";
import { printedFloat } from "./labels.ts";
import type { TableColumn } from "./table.ts";

/** A pivot about to be made: keys, metrics, and what fills the gaps. */
export interface Pivot {
  readonly index: readonly TableColumn[];
  readonly columns: readonly TableColumn[];
  /** One a source column, in the order of its label. */
  readonly metrics: readonly Aggregate[];
  readonly fill: Value;
  readonly dropMissing: boolean;
  readonly rowCount: number;
}

/** A value as a part of a label: floating-point numbers as Python prints them, the rest as it is. */
export function pivotLabel(
  key: readonly Value[],
  columns: readonly TableColumn[],
): readonly Value[] {
  return key.map((value, position) =>
    typeof value === "number" && columns[position]!.floating ? printedFloat(value) : value
  );
}
