/** The demo's metadata in PostgreSQL, with the ledger as one more database. */
import postgres from "postgres";
import { copyDemo } from "./demo_in_postgresql.ts";
import type { PostgresqlCluster } from "./postgresql.ts";
import { NOW } from "./workbench.ts";

/** The ledger's id, and that of its dataset. */
export const LEDGER = 2;
export const ACCOUNTS = 900;

/** The tables that have a dataset, which is Finance's: rules of the demo's database bind it, none here. */
const DATASETS = Object.entries({ accounts: ACCOUNTS, notes: 901, told: 902 });

const DATABASE = `
  INSERT INTO dbs SELECT (jsonb_populate_record(d, jsonb_build_object(
    'id', ${LEDGER}, 'database_name', 'ledger', 'sqlalchemy_uri', '{uri}', 'extra', '{}',
    'expose_in_sqllab', true, 'allow_dml', true, 'uuid', gen_random_uuid()))).* FROM dbs d LIMIT 1;
  INSERT INTO table_columns SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', 9000, 'table_id', ${ACCOUNTS}, 'column_name', 'name', 'type', 'TEXT',
    'expression', null, 'is_dttm', false, 'uuid', gen_random_uuid()))).*
    FROM table_columns c LIMIT 1;`;

const dataset = (table: string, id: number) => `
  INSERT INTO tables SELECT (jsonb_populate_record(t, jsonb_build_object(
    'id', ${id}, 'database_id', ${LEDGER}, 'table_name', '${table}', 'schema', 'public',
    'sql', null, 'main_dttm_col', null, 'cache_timeout', 3600, 'uuid', gen_random_uuid(),
    'perm', '[ledger].[${table}](id:${id})', 'schema_perm', '[ledger].[public]'))).*
    FROM tables t WHERE id = 1;
  INSERT INTO ab_view_menu (id, name) VALUES (9${id}, '[ledger].[${table}](id:${id})');
  INSERT INTO ab_permission_view (id, permission_id, view_menu_id)
    SELECT 9${id}, id, 9${id} FROM ab_permission WHERE name = 'datasource_access';
  INSERT INTO ab_permission_view_role (id, permission_view_id, role_id)
    SELECT 9${id}, 9${id}, id FROM ab_role WHERE name = 'Finance';`;

const CHANGES = [DATABASE, ...DATASETS.map(([table, id]) => dataset(table, id))].join("");

/** Binds whoever holds the role on the accounts, whatever it says. */
export const RULE = `
  INSERT INTO row_level_security_filters SELECT (jsonb_populate_record(f, jsonb_build_object(
    'id', 9000, 'name', 'a rule of the ledger', 'filter_type', 'Regular', 'group_key', null,
    'clause', 'name <> ''CANARY'''))).* FROM row_level_security_filters f LIMIT 1;
  INSERT INTO rls_filter_tables (id, table_id, rls_filter_id) VALUES (9000, ${ACCOUNTS}, 9000);
  INSERT INTO rls_filter_roles (id, role_id, rls_filter_id)
    SELECT 9000, id, 9000 FROM ab_role WHERE name = 'Finance'`;

/** @returns the URL of the metadata */
export async function copyLedger(cluster: PostgresqlCluster): Promise<string> {
  const url = await copyDemo(cluster, "metadata", NOW);
  const metadata = postgres(url, { max: 1, onnotice: () => {} });
  await metadata.unsafe(CHANGES.replace("{uri}", cluster.url("ledger")));
  await metadata.end();
  return url;
}
