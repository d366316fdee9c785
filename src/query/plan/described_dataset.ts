/**
 * What the result types `columns` and `timegrains` answer: facts about a dataset, without a query
 * (Superset 6.1: superset/common/query_actions.py).
 */
import type { Dataset } from "../dataset.ts";
import type { GenericType } from "../frame.ts";
import type { SqlSpelling } from "../sql/dialect.ts";
import { TIME_GRAINS } from "../time/time_grains.ts";

export interface DescribedColumn {
  readonly column_name: string;
  readonly verbose_name: string | null;
  readonly dtype: GenericType;
}

export interface DescribedTimeGrain {
  readonly name: string;
  /** The engine's SQL, in which `{col}` stands for the column. */
  readonly function: string;
  /** ISO 8601. */
  readonly duration: string;
}

/** Superset calls a boolean text here. */
export function describeColumns(
  dataset: Dataset,
  dialect: SqlSpelling,
): readonly DescribedColumn[] {
  return dataset.columns.map(({ column_name, verbose_name, type, is_dttm }) => {
    const generic = is_dttm ? 2 : dialect.genericType(type);
    return { column_name, verbose_name, dtype: generic === 2 || generic === 0 ? generic : 1 };
  });
}

/** From the finest to the coarsest. */
export function describeTimeGrains(dialect: SqlSpelling): readonly DescribedTimeGrain[] {
  return TIME_GRAINS.filter(({ duration }) => dialect.timeGrains.includes(duration)).map((
    { name, duration },
  ) => ({ name, duration, function: dialect.timeGrain("{col}", duration, null) }));
}
