/**
 * A kind of object in the workspace, as data: its table, the columns a client may ask for, filter
 * and sort by, its relations, and who may see which. `list.ts` and `get.ts` work from it, so that a
 * new kind is one file in `resources/`.
 */
import type { Schema } from "./schema.ts";
import { type RawBuilder, sql } from "./sql.ts";
import type { Relation, RelationFilter } from "./relation.ts";
import type { Visible } from "./visibility.ts";

export type ColumnType = "int" | "float" | "str" | "bool" | "datetime" | "uuid" | "dict" | "list";

/** A row as a client gets it, or on the way there. */
export type Values = Record<string, unknown>;

export interface StoredColumn {
  readonly source: "stored";
  readonly type: ColumnType;
  readonly description: string;
  readonly expression: RawBuilder<unknown>;
  /** The columns it reads; where one is not in the database, neither is this. */
  readonly reads: readonly (readonly [table: string, column: string])[];
  /** Read only as a part of derived columns, and never handed out. */
  readonly internal: boolean;
  readonly sortable: boolean;
}

export interface DerivedColumn {
  readonly source: "derived";
  readonly type: ColumnType;
  readonly description: string;
  /** The stored columns and relations it is made of. */
  readonly needs: readonly string[];
  readonly derive: (values: Values, context: DeriveContext) => unknown;
}

export interface RelatedColumn {
  readonly source: "related";
  readonly type: "list";
  readonly description: string;
  readonly relation: Relation;
}

export type Column = StoredColumn | DerivedColumn | RelatedColumn;

export interface DeriveContext {
  /** Superset's address without a slash at its end. */
  readonly supersetUrl: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Resource {
  /** What one is called in words, such as `saved query`. */
  readonly label: string;
  /** The key under which a list holds them, such as `saved_queries`. */
  readonly plural: string;
  readonly table: keyof Schema & string;
  readonly columns: Readonly<Record<string, Column>>;
  /** What a list holds where no columns are chosen. */
  readonly defaults: readonly string[];
  /** The columns that `search` looks into. */
  readonly search: readonly string[];
  readonly order: { readonly column: string; readonly direction: "asc" | "desc" };
  readonly visible: Visible;
  readonly relationFilters: Readonly<Record<string, RelationFilter>>;
  /** Columns beside `id` by which one is found. */
  readonly identifiers: readonly ("uuid" | "slug")[];
}

/** Whether the metadata database has a column. */
export type HasColumn = (table: string, column: string) => boolean;

interface StoredOptions {
  readonly sortable?: boolean;
  readonly internal?: boolean;
}

/** A column as it stands in the resource's own table. */
export function stored<Table extends keyof Schema & string>(
  table: Table,
  column: keyof Schema[Table] & string,
  type: ColumnType,
  description: string,
  options: StoredOptions = {},
): StoredColumn {
  return {
    ...lookedUp(sql.ref(`${table}.${column}`), type, description, options),
    reads: [[table, column]],
  };
}

/** A column that is looked up in another table by a scalar subquery. */
export function lookedUp(
  expression: RawBuilder<unknown>,
  type: ColumnType,
  description: string,
  options: StoredOptions = {},
): StoredColumn {
  return {
    source: "stored",
    type,
    description,
    expression,
    reads: [],
    internal: options.internal ?? false,
    sortable: options.sortable ?? false,
  };
}

export function derived(
  type: ColumnType,
  description: string,
  needs: readonly string[],
  derive: (values: Values, context: DeriveContext) => unknown,
): DerivedColumn {
  return { source: "derived", type, description, needs, derive };
}

export function related(description: string, relation: Relation): RelatedColumn {
  return { source: "related", type: "list", description, relation };
}

/** Whether a column can be asked for on this database. */
export function isPresent(column: Column, has: HasColumn): boolean {
  return column.source !== "stored" || column.reads.every(([table, name]) => has(table, name));
}

/** The names a client may choose from. */
export const selectable = remembered((resource, has): readonly string[] =>
  Object.entries(resource.columns)
    .filter(([, column]) => !(column.source === "stored" && column.internal))
    .filter(([, column]) => isPresent(column, has))
    .map(([name]) => name)
);

/** The names a client may sort by. */
export const sortable = remembered((resource, has): readonly string[] =>
  Object.entries(resource.columns)
    .filter(([, column]) => column.source === "stored" && column.sortable && isPresent(column, has))
    .map(([name]) => name)
);

/**
 * Works out what is so of a resource on a database once: neither changes while the process lives,
 * and every list asks.
 */
export function remembered<T>(
  work: (resource: Resource, has: HasColumn) => T,
): (resource: Resource, has: HasColumn) => T {
  const known = new WeakMap<HasColumn, Map<Resource, T>>();
  return (resource, has) => {
    const ofDatabase = known.get(has) ?? new Map<Resource, T>();
    known.set(has, ofDatabase);
    const ready = ofDatabase.get(resource);
    if (ready !== undefined) return ready;
    const made = work(resource, has);
    ofDatabase.set(resource, made);
    return made;
  };
}
