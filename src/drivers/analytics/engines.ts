/**
 * The engines, by the dialect of a URI. CockroachDB and Redshift speak PostgreSQL's protocol and
 * are not among them: what else they let a query read (`crdb_internal`, `stl_query`) and how they
 * resolve names differs from PostgreSQL's, which is what queries are guarded by.
 */
import { unavailable } from "../../errors.ts";
import type { Engine } from "./engine.ts";
import { mysql } from "./mysql/engine.ts";
import { postgresql } from "./postgresql/engine.ts";
import { sqlite } from "./sqlite/engine.ts";

export const ENGINES: readonly Engine[] = [postgresql, mysql, sqlite];

/** @throws ServiceError `unavailable` naming the dialect and those that there are */
export function engineOf(database: string, dialect: string): Engine {
  const engine = ENGINES.find(({ dialects }) => dialects.includes(dialect));
  if (engine !== undefined) return engine;
  const known = ENGINES.flatMap(({ dialects }) => dialects).join(", ");
  throw unavailable(
    `The database '${database}' can't be used: its engine '${dialect}' is not supported.`,
    { hint: `Engines that are: ${known}.` },
  );
}
