/** A database's connection, and the row-level rules that bind a caller there (6.1, `get_rls_filters`). */
import type { ConnectionRow } from "../drivers/analytics/engine.ts";
import { decode, parseObject } from "./decode.ts";
import type { Reader } from "./read.ts";
import { type Expression, parameter, type RawBuilder, sql } from "./sql.ts";
import type { View } from "./visibility.ts";

/** A rule that binds the caller, with its clause as it was written. */
export interface BindingRule {
  readonly id: number;
  readonly name: string;
  readonly groupKey: string | null;
  readonly clause: string;
  readonly dataset: {
    readonly id: number;
    readonly catalog: string | null;
    readonly schema: string | null;
    readonly table: string;
    readonly virtual: boolean;
    /** Values that its templates, and those of its rules, may name. */
    readonly templateParams: Readonly<Record<string, unknown>>;
  };
}

/** A database's connection with the rules that bind one caller there. */
export interface BoundDatabase {
  readonly database: DatabaseRow;
  readonly rules: readonly BindingRule[];
}

/** A row of `dbs`, secrets still encrypted. Never leaves the service. */
export interface DatabaseRow extends ConnectionRow {
  readonly exposedInSqlLab: boolean;
  /** Whether SQL of SQL Lab's may write to it. */
  readonly allowDml: boolean;
  readonly cacheTimeout: number | null;
}

/** The columns of `dbs` that `databaseOf` reads, by name. */
export function databaseColumns(
  { options: { has } }: Reader,
): Readonly<Record<string, RawBuilder<unknown>>> {
  const tunnels = has("ssh_tunnels", "database_id")
    ? sql`(select count(*) from ssh_tunnels s where s.database_id = dbs.id)`
    : sql`0`;
  const own = OWN_COLUMNS.map((name) => [name, sql`${sql.ref(`dbs.${name}`)}`] as const);
  return { ...Object.fromEntries(own), tunnels };
}

const OWN_COLUMNS = [
  "id",
  "database_name",
  "sqlalchemy_uri",
  "password",
  "encrypted_extra",
  "server_cert",
  "extra",
  "impersonate_user",
  "expose_in_sqllab",
  "allow_dml",
  "cache_timeout",
  "changed_on",
];

/**
 * The rules that bind the caller in a database, as one value that `rulesOf` reads. A rule of a type
 * that is not known binds like a base rule: it may only narrow.
 */
export function bindingRules(view: View, databaseId: Expression<unknown>): RawBuilder<unknown> {
  const ofRoles = sql`select rr.rls_filter_id from rls_filter_roles rr
    where rr.rls_filter_id is not null and ${
    view.dialect.isOneOf(sql`rr.role_id`, parameter("roleIds"), "integer")
  }`;
  const columns = [
    ...["f.id", "f.name", "f.group_key", "f.clause"],
    ...["t.id", "t.catalog", "t.schema", "t.table_name", "t.template_params"],
  ].map((name) => sql.ref(name));
  const isVirtual = sql`case when t.sql is null or t.sql = '' then 0 else 1 end`;
  return view.dialect.rowsAsJson(
    [...columns, isVirtual],
    sql`row_level_security_filters f
      join rls_filter_tables rt on rt.rls_filter_id = f.id
      join tables t on t.id = rt.table_id
     where t.database_id = ${databaseId}
       and ((f.filter_type = 'Regular' and f.id in (${ofRoles}))
         or (coalesce(f.filter_type, 'Base') <> 'Regular' and f.id not in (${ofRoles})))`,
  );
}

/**
 * @param value of `bindingRules`, which is null where none binds; in the rules' order
 * @throws SyntaxError for what is cut off or no JSON: no rule is ever left out
 */
export function rulesOf(value: unknown): readonly BindingRule[] {
  if (value === null) return [];
  const rows = JSON.parse(String(value)) as readonly StoredRule[];
  return rows.map((
    [id, name, groupKey, clause, datasetId, catalog, schema, table, params, virtual],
  ) => ({
    id: Number(id),
    name: String(name ?? ""),
    groupKey: groupKey || null,
    clause: String(clause ?? ""),
    dataset: {
      id: Number(datasetId),
      catalog: catalog || null,
      schema: schema || null,
      table: String(table),
      virtual: Number(virtual) === 1,
      templateParams: parseObject(params) ?? {},
    },
  })).sort((one, other) => one.id - other.id || one.dataset.id - other.dataset.id);
}

type StoredRule = readonly [
  id: number,
  name: string | null,
  groupKey: string | null,
  clause: string | null,
  datasetId: number,
  catalog: string | null,
  schema: string | null,
  table: string,
  templateParams: string | null,
  virtual: number,
];

/** @param row the values of `databaseColumns` */
export function databaseOf(row: Readonly<Record<string, unknown>>): DatabaseRow {
  return {
    id: Number(row.id),
    name: String(row.database_name),
    sqlalchemyUri: String(row.sqlalchemy_uri),
    password: bytesAsText(row.password),
    encryptedExtra: bytesAsText(row.encrypted_extra),
    serverCert: bytesAsText(row.server_cert),
    extra: parseObject(row.extra) ?? {},
    impersonateUser: decode(row.impersonate_user, "bool") === true,
    allowDml: decode(row.allow_dml, "bool") === true,
    exposedInSqlLab: decode(row.expose_in_sqllab, "bool") === true,
    cacheTimeout: row.cache_timeout === null ? null : Number(row.cache_timeout),
    hasSshTunnel: Number(row.tunnels) > 0,
    changedOn: decode(row.changed_on, "datetime") as string | null,
  };
}

function bytesAsText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}
