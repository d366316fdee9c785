/**
 * The demo's database, and the ids and permission names of everything in it: an object's id is its
 * place in its list, and its permission name is what Superset makes of the two (see
 * superset/security/manager.py 6.1, `get_dataset_perm`, `get_schema_perm`, `get_database_perm`).
 */
import { DATASETS } from "./datasets.ts";
import { ROLES, USERS } from "./people.ts";

export const DATABASE_ID = 1;
export const DATABASE_NAME = "Lindgrove";
export const SCHEMA = "main";

export const DATABASE_PERM = `[${DATABASE_NAME}].(id:${DATABASE_ID})`;
export const SCHEMA_PERM = `[${DATABASE_NAME}].[${SCHEMA}]`;

export function userId(username: string): number {
  return placeOf(USERS, "user", (user) => user.username === username);
}

export function roleId(name: string): number {
  return placeOf(ROLES, "role", (role) => role.name === name);
}

export function datasetId(name: string): number {
  return placeOf(DATASETS, "dataset", (dataset) => dataset.name === name);
}

export function datasetPerm(name: string): string {
  return `[${DATABASE_NAME}].[${name}](id:${datasetId(name)})`;
}

/**
 * The place of the one that fits, counted from 1.
 * @throws Error where none fits: a name is misspelt in the demo's own lists
 */
export function placeOf<T>(items: readonly T[], kind: string, fits: (item: T) => boolean): number {
  const index = items.findIndex(fits);
  if (index < 0) throw new Error(`Cannot find a ${kind} that the demo's lists refer to`);
  return index + 1;
}
