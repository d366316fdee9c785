/** A dashboard's native filters as `json_metadata` holds them, in short. */
import { parseObject } from "../../dao/decode.ts";
import type { Values } from "../../dao/resource.ts";

export interface NativeFilter extends Values {
  readonly id: string | null;
  readonly name: string | null;
  readonly filter_type: string | null;
  readonly targets: readonly Target[];
}

interface Target {
  readonly column?: unknown;
  readonly datasetId?: unknown;
}

/** The filters of a dashboard's settings, with the targets on every dataset. */
export function nativeFilters(jsonMetadata: unknown): NativeFilter[] {
  const configured = parseObject(jsonMetadata)?.native_filter_configuration;
  if (!Array.isArray(configured)) return [];
  return configured
    .filter((filter): filter is Values => typeof filter === "object" && filter !== null)
    .filter((filter) => filter.type !== "DIVIDER")
    .map((filter) => ({
      id: textOrNull(filter.id),
      name: textOrNull(filter.name),
      filter_type: textOrNull(filter.filterType),
      targets: Array.isArray(filter.targets) ? filter.targets.filter(isTarget) : [],
    }));
}

/** The same filters without the targets on datasets that are not among `datasets`. */
export function onDatasets(
  filters: readonly NativeFilter[],
  datasets: ReadonlySet<number>,
): NativeFilter[] {
  return filters.map((filter) => ({
    ...filter,
    targets: filter.targets.filter(({ datasetId }) =>
      datasetId === undefined || datasets.has(datasetId as number)
    ),
  }));
}

/** What names a dataset by no id that a dataset can have is no target. */
function isTarget(value: unknown): value is Target {
  if (typeof value !== "object" || value === null) return false;
  const { datasetId } = value as { datasetId?: unknown };
  return datasetId === undefined || datasetId === null ||
    (Number.isInteger(datasetId) && Math.abs(datasetId as number) < 2 ** 31);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
