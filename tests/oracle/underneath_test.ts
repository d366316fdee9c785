/**
 * What shows rows of a table under rules by another name: views, copies, partitions, foreign tables,
 * functions. Who is bound by a rule on the table is refused there, through SQL of their own and
 * through a dataset made of it; who is not bound gets its rows.
 */
import assert from "node:assert/strict";
import type { McpClient } from "../support/mcp_calls.ts";
import { run } from "../support/programs.ts";
import { withRecordedWorkspace, withWorkspaceService } from "../support/recorded_workspace.ts";
import { psql, unlessMissing } from "../support/workspace.ts";

/** `sam_schema` and `dora_db` may read every table, and are bound on `birth_names` by a base rule. */
const BOUND = "sam_schema";
const CANARY = "CANARY";

interface Case {
  readonly name: string;
  /** What makes it, in the analytics database. */
  readonly made: string;
  /** What to ask of it. */
  readonly sql?: string;
  /** True where it shows nothing hidden: it has to be answered. */
  readonly harmless?: boolean;
}

const VIEW = (of: string) => `AS SELECT name FROM ${of}`;
const FOREIGN = `CREATE FOREIGN TABLE {} (name text) SERVER here
  OPTIONS (schema_name 'public', table_name 'birth_names')`;

const CASES: readonly Case[] = [
  { name: "a_view", made: `CREATE VIEW {} ${VIEW("birth_names")}` },
  { name: "a_view_of_it", made: `CREATE VIEW {} ${VIEW("a_view")}` },
  { name: "a_barrier", made: `CREATE VIEW {} WITH (security_barrier) ${VIEW("birth_names")}` },
  { name: "an_invoker", made: `CREATE VIEW {} WITH (security_invoker) ${VIEW("birth_names")}` },
  { name: "a_recursive_view", made: `CREATE RECURSIVE VIEW {} (name) ${VIEW("birth_names")}` },
  { name: "a_copy", made: `CREATE MATERIALIZED VIEW {} ${VIEW("birth_names")}` },
  { name: "a_view_of_a_copy", made: `CREATE VIEW {} ${VIEW("a_copy")}` },
  { name: "a_child", made: "CREATE TABLE {} () INHERITS (birth_names)" },
  { name: "a_foreign_table", made: FOREIGN },
  { name: "a_view_of_a_foreign_table", made: `CREATE VIEW {} ${VIEW("a_foreign_table")}` },
  {
    name: "a_parent",
    made: `CREATE TABLE {} (name text); ALTER TABLE birth_names INHERIT {}`,
  },
  {
    name: "a_view_with_a_subquery",
    made: "CREATE VIEW {} AS SELECT (SELECT max(name) FROM birth_names) AS name",
  },
  {
    name: "a_view_of_a_function",
    made: `CREATE FUNCTION born() RETURNS SETOF varchar LANGUAGE sql STABLE SECURITY DEFINER AS
             'SELECT name FROM birth_names';
           CREATE VIEW {} AS SELECT born AS name FROM born()`,
  },
  {
    name: "a_view_of_a_function_that_says_it_reads_nothing",
    made: `CREATE FUNCTION one(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
             'BEGIN RETURN (SELECT max(name) FROM birth_names); END';
           CREATE VIEW {} AS SELECT one('x') AS name`,
  },
  {
    name: "a_view_of_an_operator",
    made: `CREATE OPERATOR ~~~ (rightarg = text, function = one);
           CREATE VIEW {} AS SELECT ~~~ 'x'::text AS name`,
  },
  {
    name: "a_view_of_an_aggregate",
    made: `CREATE FUNCTION step(text, int) RETURNS text LANGUAGE sql AS
             'SELECT max(name)::text FROM birth_names';
           CREATE AGGREGATE gather(int) (sfunc = step, stype = text);
           CREATE VIEW {} AS SELECT gather(1) AS name`,
  },
  {
    name: "a_view_of_text_that_is_run",
    made: `CREATE VIEW {} AS
             SELECT query_to_xml('SELECT name FROM birth_names', true, true, '')::text AS name`,
  },
  {
    name: "a_view_of_statistics",
    made: "CREATE VIEW {} AS SELECT most_common_vals::text AS name FROM pg_stats",
  },
  {
    name: "a_view_of_statistics_as_they_are_kept",
    made: "CREATE VIEW {} AS SELECT stavalues1::text AS name FROM pg_statistic",
  },
  { name: "a_temporary_table", made: "SELECT 1", sql: "SELECT * FROM pg_temp.birth_names" },
  {
    name: "a_notation",
    made: `CREATE FUNCTION hidden(threads) RETURNS text LANGUAGE sql STABLE AS
             'SELECT max(name)::text FROM birth_names WHERE name LIKE ''CANARY%''';
           CREATE FUNCTION hidden_too(anyelement, int = 1) RETURNS text LANGUAGE sql STABLE AS
             'SELECT max(name)::text FROM birth_names WHERE name LIKE ''CANARY%'''`,
    sql: "SELECT t.hidden AS name FROM threads t",
  },
  { name: "a_notation_of_a_table", made: "SELECT 1", sql: "SELECT threads.hidden FROM threads" },
  {
    name: "a_notation_with_a_schema",
    made: "SELECT 1",
    sql: "SELECT public.threads.hidden FROM public.threads",
  },
  { name: "a_notation_in_brackets", made: "SELECT 1", sql: "SELECT (t).hidden FROM threads t" },
  {
    name: "a_notation_of_any_row",
    made: "SELECT 1",
    sql: "SELECT x.hidden_too FROM (SELECT 1 AS a) x",
  },
  {
    name: "a_notation_in_a_condition",
    made: "SELECT 1",
    sql: "SELECT 1 FROM threads t WHERE t.hidden LIKE 'CANARY%' LIMIT 1",
  },
  {
    name: "a_view_of_other_tables",
    made: "CREATE VIEW {} AS SELECT upper(client_msg_id) AS name FROM threads",
    harmless: true,
  },
  {
    name: "a_view_of_a_function_in_c",
    made: `CREATE EXTENSION citext; CREATE VIEW {} AS
             SELECT client_msg_id AS name FROM threads WHERE client_msg_id::citext <> 'x'`,
    harmless: true,
  },
  {
    name: "a_partitioned_table",
    made: `CREATE TABLE {} (name varchar, k int) PARTITION BY LIST (k);
           CREATE TABLE a_part PARTITION OF a_partitioned_table FOR VALUES IN (1);
           INSERT INTO a_part VALUES ('x', 1)`,
    harmless: true,
  },
];

const DATASETS_FROM = 700;

Deno.test({
  ...unlessMissing("what shows rows of a table under rules is refused to whom they bind"),
  fn: (t) =>
    withRecordedWorkspace(async ({ metadata, analytics }) => {
      await make(analytics);
      await addDatasets(metadata);
      await withWorkspaceService(metadata, async ({ as }) => {
        const [bound, free] = await Promise.all([as(BOUND), as("admin")]);
        for (const [at, one] of CASES.entries()) {
          await t.step(one.name, async () => {
            const sql = one.sql ?? `SELECT name FROM ${one.name} ORDER BY name DESC NULLS LAST`;
            await check(bound, free, one, ["execute_sql", { database_id: 1, sql, limit: 5 }]);
            if (one.sql !== undefined) return;
            const identifier = DATASETS_FROM + at;
            await check(bound, free, one, ["query_dataset", { identifier, columns: ["name"] }]);
          });
        }
        await t.step("a rule of the view's own opens nothing", () => ownRules(metadata, bound));
        await t.step("rules of a part bind who asks the whole", () => partRules(metadata, bound));
        await t.step("a schema of the caller's choice moves neither rules nor access", async () => {
          const sql = "SELECT count(*) FROM public.birth_names";
          const args = { database_id: 1, sql, schema: "elsewhere" };
          const moved = await bound.call("execute_sql", args);
          assert.deepEqual(moved.content.rows, [{ count: 13399 }]);
        });
      });
    }),
});

async function check(
  bound: McpClient,
  free: McpClient,
  { harmless, sql, name }: Case,
  [tool, args]: readonly [tool: string, args: Record<string, unknown>],
): Promise<void> {
  const { isError, content } = await bound.call(tool, args);
  const told = `${tool} ${name}: ${JSON.stringify(content)}`;
  assert.ok(!told.includes(CANARY), told);
  if (harmless) return assert.equal(isError, false, told);
  assert.equal(content.error_type, "forbidden_sql", told);
  if (sql !== undefined) return;
  assert.match(String(content.error), /row-level rules/, told);
  if (tool === "execute_sql") {
    const asked = { database_id: 1, sql: args.sql };
    const explained = await bound.call("explain_access", asked);
    assert.match(JSON.stringify(explained.content), /"refused":"[^"]*row-level rules/, told);
  }
  // Else it would be refused for another reason.
  assert.equal((await free.call(tool, args)).isError, false, told);
}

/** A rule on the view narrows it, and does not bind the table's rows to the table's rule. */
async function ownRules(metadata: string, bound: McpClient): Promise<void> {
  const at = DATASETS_FROM + CASES.findIndex(({ name }) => name === "a_view");
  await addRule(metadata, 91, at, "name <> ''x''");
  const sql = "SELECT count(*) FROM a_view";
  for (
    const [tool, args] of [
      ["execute_sql", { database_id: 1, sql }],
      ["query_dataset", { identifier: at, columns: ["name"] }],
    ] as const
  ) {
    const { content } = await bound.call(tool, args);
    assert.equal(content.error_type, "forbidden_sql", JSON.stringify(content));
  }
}

async function partRules(metadata: string, bound: McpClient): Promise<void> {
  const at = DATASETS_FROM + CASES.findIndex(({ name }) => name === "a_partitioned_table");
  const part = DATASETS_FROM + CASES.length;
  await addDataset(metadata, part, "a_part");
  await addRule(metadata, 92, part, "name <> ''x''");
  await addRule(metadata, 93, at, "true");
  const ask = async (sql: string) =>
    (await bound.call("execute_sql", { database_id: 1, sql })).content;
  assert.match(String((await ask("SELECT * FROM a_partitioned_table")).error), /row-level rules/);
  assert.match(String((await ask("SELECT * FROM a_part")).error), /row-level rules/);
}

/** A rule binds its table in the catalog of its dataset, which is the connection's where it names none. */
Deno.test({
  ...unlessMissing("tables of one name in two catalogs have rules of their own"),
  fn: () =>
    withRecordedWorkspace(async ({ metadata, analytics }) => {
      await psql(analytics, "CREATE DATABASE elsewhere");
      const other = analytics.replace(/\/[^/]*$/, "/elsewhere");
      await psql(
        other,
        "CREATE TABLE birth_names AS SELECT 'TX'::text AS state, 'free' AS name",
      );
      await psql(
        metadata,
        `UPDATE dbs SET extra = '{"allow_multi_catalog": true}' WHERE id = 1`,
      );
      await withWorkspaceService(metadata, async ({ as }) => {
        const dora = await as("dora_db");
        const count = async (sql: string, catalog?: string) => {
          const { content } = await dora.call("execute_sql", { database_id: 1, sql, catalog });
          return content.error_type ?? (content.rows as { n: number }[])[0]!.n;
        };
        for (const home of ["'analytics'", "NULL"]) {
          await psql(metadata, `UPDATE tables SET catalog = ${home} WHERE id = 17`);
          assert.equal(await count("SELECT count(*) AS n FROM birth_names"), 13399);
          assert.equal(await count("SELECT count(*) AS n FROM birth_names", "analytics"), 13399);
          assert.equal(await count("SELECT count(*) AS n FROM birth_names", "elsewhere"), 1);
          // PostgreSQL reads no other database, and so neither does a name.
          for (const [from, to] of [["elsewhere", "analytics"], ["analytics", "elsewhere"]]) {
            const sql = `SELECT count(*) AS n FROM ${to}.public.birth_names`;
            assert.equal(await count(sql, from), "forbidden_sql");
          }
        }
        await psql(metadata, "UPDATE tables SET catalog = 'elsewhere' WHERE id = 17");
        assert.equal(await count("SELECT count(*) AS n FROM birth_names", "elsewhere"), 0);
        assert.equal(await count("SELECT count(*) AS n FROM birth_names"), 75692);
      });
    }),
});

async function make(analytics: string): Promise<void> {
  const { port, pathname } = new URL(analytics);
  const statements = [
    "CREATE EXTENSION postgres_fdw",
    `CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw
       OPTIONS (host '127.0.0.1', port '${port}', dbname '${pathname.slice(1)}')`,
    "CREATE USER MAPPING FOR PUBLIC SERVER here OPTIONS (user 'superset', password 'superset')",
    ...CASES.map(({ name, made }) => made.replaceAll("{}", name)),
  ];
  for (const statement of statements) await psql(analytics, statement);
}

async function addDatasets(metadata: string): Promise<void> {
  for (const [at, { name, sql }] of CASES.entries()) {
    if (sql === undefined) await addDataset(metadata, DATASETS_FROM + at, name);
  }
}

/** A dataset of one column, in the schema that the user may read. */
async function addDataset(metadata: string, id: number, table: string): Promise<void> {
  const statements = `
    CREATE TEMP TABLE one AS SELECT * FROM tables WHERE id = 17;
    UPDATE one SET id = ${id}, uuid = gen_random_uuid(), table_name = '${table}', sql = NULL,
      main_dttm_col = NULL, perm = '[examples].[${table}](id:${id})';
    INSERT INTO tables SELECT * FROM one;
    CREATE TEMP TABLE c AS SELECT * FROM table_columns WHERE table_id = 17 AND column_name = 'name';
    UPDATE c SET id = ${id} + 90000, uuid = gen_random_uuid(), table_id = ${id};
    INSERT INTO table_columns SELECT * FROM c;`;
  await run("psql", "-qX", "-v", "ON_ERROR_STOP=1", metadata, "-c", statements);
}

/** A base rule, which binds everyone. */
async function addRule(metadata: string, id: number, dataset: number, clause: string) {
  await psql(
    metadata,
    `INSERT INTO row_level_security_filters (id, name, filter_type, clause)
       VALUES (${id}, 'rule ${id}', 'Base', '${clause}');
     INSERT INTO rls_filter_tables (table_id, rls_filter_id) VALUES (${dataset}, ${id})`,
  );
}
