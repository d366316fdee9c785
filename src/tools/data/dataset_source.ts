/** The dataset that a tool's caller names, where they may read its data. */
import type { Caller } from "../../auth/caller.ts";
import type { Dao } from "../../dao/dao.ts";
import type { DataSource } from "../../dao/query_sources.ts";
import { invalidArgument, notFound } from "../../errors.ts";

/** @throws ServiceError `not_found`, in the same words whether or not it exists */
export async function readableDataset(
  dao: Dao,
  caller: Caller,
  identifier: number | string,
): Promise<DataSource> {
  const source = await dao.sources.dataset(caller, identifier);
  if (source) return source;
  throw notFound(
    "dataset",
    identifier,
    "Use list_datasets to see those you may read.",
  );
}

/** @throws ServiceError `invalid_argument` naming those that do not exist, and those that do */
export function assertNames(
  what: string,
  asked: readonly string[],
  known: readonly string[],
): void {
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw invalidArgument(
    `The dataset has no ${what} ${unknown.map((name) => `'${name.slice(0, 100)}'`).join(", ")}.`,
    {
      hint: `It has: ${known.slice(0, 100).join(", ")}.`,
    },
  );
}
