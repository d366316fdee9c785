/**
 * Statements of the metadata schema: one typed builder for every dialect, values bound by name, and
 * the few spellings in which the dialects differ.
 */
import { createHash } from "node:crypto";
import {
  type CompiledQuery,
  DummyDriver,
  type Expression,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
  type SqlBool,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { MetadataDialect, SqlStatement } from "../drivers/metadata_database.ts";
import type { Schema } from "./schema.ts";

export { sql };
export type { Expression, RawBuilder, SqlBool };

/** Builds statements and runs none: running is the driver's. */
export type Builder = Kysely<Schema>;

/** A condition that stands in a statement's WHERE. */
export type Condition = RawBuilder<SqlBool>;

/** Stands for a value that is known when the statement runs. */
class Parameter {
  constructor(readonly name: string) {}
}

/** The value named `name`, given to `bind`. */
export function parameter<T = unknown>(name: string): RawBuilder<T> {
  return sql.val(new Parameter(name)) as RawBuilder<T>;
}

/** A statement of which the text is fixed and the named values are not. */
export interface Template {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export function template(query: { compile(): CompiledQuery }): Template {
  const { sql, parameters } = query.compile();
  return { sql, parameters };
}

/**
 * Puts the named values into a template.
 * @param prepared see `SqlStatement.prepared`
 * @throws Error when a value is missing: a statement never runs with a hole in it
 */
export function bind(
  template: Template,
  values: Readonly<Record<string, unknown>>,
  prepared: boolean,
): SqlStatement {
  const parameters = template.parameters.map((value) => {
    if (!(value instanceof Parameter)) return value;
    if (!(value.name in values)) throw new Error(`Cannot run a statement without '${value.name}'`);
    return values[value.name];
  });
  return { sql: template.sql, parameters, prepared };
}

/** What the dialects spell differently. */
export interface Dialect {
  readonly name: MetadataDialect;
  readonly builder: Builder;
  /** `column` is one of the values of the list parameter `list`. */
  isOneOf(
    column: Expression<unknown>,
    list: Expression<unknown>,
    type: "text" | "integer",
  ): Condition;
  /** A list in the form in which `isOneOf` takes it as a parameter. */
  list(values: readonly (string | number)[]): unknown;
  /**
   * A text column, to be compared letter for letter: MySQL's usual collations take `A`, `a`, `á` and
   * `a ` for one.
   */
  exact(column: Expression<unknown>): RawBuilder<unknown>;
  /** The same as a whole condition, in the form in which the column's index serves. */
  equals(column: Expression<unknown>, value: Expression<unknown>): Condition;
  /** LIKE with `\` as the escape; `fold` ignores case in every alphabet. */
  like(column: Expression<unknown>, pattern: string, fold: boolean): Condition;
  /** An order in which what has no value comes last. */
  nullsLast(column: Expression<unknown>, direction: "asc" | "desc"): RawBuilder<unknown>;
  /** A UUID in the form in which the column holds it. */
  uuid(text: string): unknown;
  /** One row of one column `ids`: the ids of a table's rows that fit, in order, with commas between. */
  joinedIds(from: {
    readonly table: string;
    readonly where: Condition;
    readonly order: RawBuilder<unknown>;
  }): RawBuilder<unknown>;
  /** The rows of `from` as JSON text: an array of arrays, in no order; null where there is none. */
  rowsAsJson(
    columns: readonly Expression<unknown>[],
    from: RawBuilder<unknown>,
  ): RawBuilder<unknown>;
}

/** PostgreSQL and SQLite compare text as it is, and know NULLS LAST. */
const standard: Pick<Dialect, "exact" | "equals" | "nullsLast"> = {
  exact: (column) => sql`${column}`,
  equals: (column, value) => sql`${column} = ${value}`,
  nullsLast: (column, direction) => sql`${column} ${sql.raw(direction)} nulls last`,
};

const postgresql: Dialect = {
  ...standard,
  name: "postgresql",
  builder: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  isOneOf: (column, list, type) => sql`${column} = any(${list}::${sql.raw(type)}[])`,
  list: (values) => {
    const quoted = values.map((value) =>
      typeof value === "number" ? value : `"${value.replace(/[\\"]/g, "\\$&")}"`
    );
    return `{${quoted.join(",")}}`;
  },
  like: (column, pattern, fold) =>
    fold
      ? sql`${column}::text ilike ${pattern} escape '\\'`
      : sql`${column}::text like ${pattern} escape '\\'`,
  uuid: (text) => text,
  // Sorted below the aggregate: its own ORDER BY would sort once more what an index gave in order.
  joinedIds: ({ table, where, order }) =>
    sql`select string_agg(o.id::text, ',') as ids
          from (select ${sql.ref(`${table}.id`)} from ${sql.table(table)}
                 where ${where} order by ${order}) o`,
  rowsAsJson: (columns, from) =>
    sql`(select json_agg(json_build_array(${sql.join(columns)}))::text from ${from})`,
};

/** MySQL 8 and MariaDB 10.6 or later, in the modes that `drivers/mysql/session.ts` sets. */
const mysql: Dialect = {
  name: "mysql",
  builder: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  }),
  isOneOf: (column, list, type) =>
    type === "integer"
      ? sql`${column} in (select one.value from json_table(${list}, '$[*]'
              columns (value int path '$')) as one)`
      : sql`sha2(${inUtf8(column)}, 256) in (select one.value from json_table(${list}, '$[*]'
              columns (value char(64) path '$')) as one)`,
  list: (values) =>
    JSON.stringify(values.map((one) => typeof one === "number" ? one : digest(one))),
  exact: (column) => exactly(column),
  equals: (column, value) => sql`(${column} = ${value} and ${exactly(column)} = ${value})`,
  // Both sides folded by the server: JavaScript's rules and its own are not the same for every letter.
  like: (column, pattern, fold) =>
    fold
      ? sql`lower(${inUtf8(column)}) collate utf8mb4_bin like lower(${pattern}) escape '\\'`
      : sql`${inUtf8(column)} collate utf8mb4_bin like ${pattern} escape '\\'`,
  nullsLast: (column, direction) => sql`${column} is null, ${column} ${sql.raw(direction)}`,
  uuid: (text) => Uint8Array.fromHex(text.replaceAll("-", "")),
  joinedIds: ({ table, where, order }) =>
    sql`select group_concat(${sql.ref(`${table}.id`)} order by ${order} separator ',') as ids
          from ${sql.table(table)} where ${where}`,
  rowsAsJson: (columns, from) =>
    sql`(select json_arrayagg(json_array(${sql.join(columns)})) from ${from})`,
};

/**
 * Texts are told by their digests where there is a list of them: the server makes a table of the list
 * for keys of this length, and reads the list again for each row where they may be longer.
 */
function digest(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Older installations keep text in latin1 or utf8mb3. */
function inUtf8(column: Expression<unknown>): RawBuilder<unknown> {
  return sql`convert(${column} using utf8mb4)`;
}

/** As bytes: even the binary collations of text take no notice of spaces at the end. */
function exactly(column: Expression<unknown>): RawBuilder<unknown> {
  return sql`cast(${inUtf8(column)} as binary)`;
}

const sqlite: Dialect = {
  ...standard,
  name: "sqlite",
  builder: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  isOneOf: (column, list) => sql`${column} in (select value from json_each(${list}))`,
  list: (values) => JSON.stringify(values),
  // `fold_case` is the driver's own function.
  like: (column, pattern, fold) =>
    fold
      ? sql`fold_case(${column}) like ${pattern.toLowerCase()} escape '\\'`
      : sql`${column} like ${pattern} escape '\\'`,
  uuid: (text) => Uint8Array.fromHex(text.replaceAll("-", "")),
  joinedIds: ({ table, where, order }) =>
    sql`select group_concat(${sql.ref(`${table}.id`)}, ',' order by ${order}) as ids
          from ${sql.table(table)} where ${where}`,
  rowsAsJson: (columns, from) =>
    sql`(select json_group_array(json_array(${sql.join(columns)})) from ${from})`,
};

export const DIALECTS: Readonly<Record<MetadataDialect, Dialect>> = { postgresql, mysql, sqlite };

/** All of the conditions; true where there is none. */
export function all(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return sql`1 = 1`;
  return sql`(${sql.join(conditions, sql` and `)})`;
}

/** Any of the conditions; false where there is none: what nothing opens stays shut. */
export function any(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return sql`1 = 0`;
  return sql`(${sql.join(conditions, sql` or `)})`;
}

/** Text that LIKE with `\` as its escape takes literally. */
export function literalPattern(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
