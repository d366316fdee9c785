/** A database's connection, and the row-level rules that bind a caller there (6.1, `get_rls_filters`). */
import type { Row } from "../drivers/metadata_database.ts";
import { decode, parseObject } from "./decode.ts";
import type { Reader } from "./read.ts";
import { type Condition, parameter, sql } from "./sql.ts";
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
  };
}

/** A database's connection with the rules that bind one caller there. */
export interface BoundDatabase {
  readonly database: DatabaseRow;
  readonly rules: readonly BindingRule[];
}

/** A row of `dbs`, secrets still encrypted. Never leaves the service. */
export interface DatabaseRow {
  readonly id: number;
  readonly name: string;
  readonly sqlalchemyUri: string;
  readonly password: string | null;
  readonly encryptedExtra: string | null;
  readonly serverCert: string | null;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly impersonateUser: boolean;
  readonly exposedInSqlLab: boolean;
  readonly cacheTimeout: number | null;
  readonly hasSshTunnel: boolean;
  readonly changedOn: string | null;
}

/** A row for each rule, or one without a rule, of a database that also meets the condition. */
export function boundDatabase({ options: { has } }: Reader, view: View, condition: Condition) {
  const tunnels = has("ssh_tunnels", "database_id")
    ? sql`(select count(*) from ssh_tunnels s where s.database_id = dbs.id)`
    : sql`0`;
  return sql`
    select dbs.id, dbs.database_name, dbs.sqlalchemy_uri, dbs.password, dbs.encrypted_extra,
           dbs.server_cert, dbs.extra, dbs.impersonate_user, dbs.expose_in_sqllab,
           dbs.cache_timeout, dbs.changed_on, ${tunnels} as tunnels, r.*
      from dbs
      left join (${bindingRules(view)}) r on 1 = 1
     where dbs.id = ${parameter("databaseId")} and ${condition}
     order by r.rule_id`;
}

export function boundDatabaseOf(rows: readonly Row[]): BoundDatabase | null {
  const [first] = rows;
  if (first === undefined) return null;
  return {
    database: databaseOf(first),
    rules: rows.filter((row) => row.rule_id !== null).map(ruleOf),
  };
}

/** A rule of a type that is not known binds like a base rule: it may only narrow. */
export function bindingRules(view: View) {
  const ofRoles = sql`select rr.rls_filter_id from rls_filter_roles rr
    where rr.rls_filter_id is not null and ${
    view.dialect.isOneOf(sql`rr.role_id`, parameter("roleIds"), "integer")
  }`;
  return sql`
    select f.id as rule_id, f.name, f.group_key, f.clause, rt.table_id, t.catalog, t.schema, t.table_name, t.sql
      from row_level_security_filters f
      join rls_filter_tables rt on rt.rls_filter_id = f.id
      join tables t on t.id = rt.table_id
     where t.database_id = ${parameter("databaseId")}
       and ((f.filter_type = 'Regular' and f.id in (${ofRoles}))
         or (coalesce(f.filter_type, 'Base') <> 'Regular' and f.id not in (${ofRoles})))`;
}

export function ruleOf(row: Row): BindingRule {
  return {
    id: Number(row.rule_id),
    name: String(row.name ?? ""),
    groupKey: (row.group_key as string | null) || null,
    clause: String(row.clause ?? ""),
    dataset: {
      id: Number(row.table_id),
      catalog: (row.catalog as string | null) || null,
      schema: (row.schema as string | null) || null,
      table: String(row.table_name),
      virtual: Boolean(row.sql),
    },
  };
}

function databaseOf(row: Row): DatabaseRow {
  return {
    id: Number(row.id),
    name: String(row.database_name),
    sqlalchemyUri: String(row.sqlalchemy_uri),
    password: bytesAsText(row.password),
    encryptedExtra: bytesAsText(row.encrypted_extra),
    serverCert: bytesAsText(row.server_cert),
    extra: parseObject(row.extra) ?? {},
    impersonateUser: decode(row.impersonate_user, "bool") === true,
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
