/**
 * SQL of a caller's own on copies of the workspace in SQLite and in MariaDB: the recorded cases that
 * these engines can run give each user what Superset's SQL Lab gave on PostgreSQL, and no way around
 * the rules shows a hidden row.
 */
import assert from "node:assert/strict";
import type { McpClient } from "../support/mcp_calls.ts";
import { readGoldenSql, readSqlCases, type SqlCase } from "../support/recorded_sql.ts";
import { type ServedWorkspace, withWorkspaceService } from "../support/recorded_workspace.ts";
import { readCopyAttacks } from "../support/sql_attacks.ts";
import { caseFault, expectedAnswer, leakOf } from "../support/sql_lab_answers.ts";
import { onEachCopy, type WorkspaceCopy } from "../support/workspace_copies.ts";

/** Cases that are written for PostgreSQL alone. */
const OF_POSTGRESQL = {
  agg: "it casts with `::`",
  no_table: "it casts with `::` and makes an array",
  generate_series: "MariaDB has no such function, and SQLite names its column otherwise",
  lateral: "LATERAL is refused on these engines (docs/decisions/0011-grammars.md)",
};

/** Cases that an engine answers in its own way, or not in time. */
const LEFT_OUT: Readonly<Record<WorkspaceCopy["engine"], Readonly<Record<string, string>>>> = {
  SQLite: {
    ...OF_POSTGRESQL,
    quoted_columns: "a day is no text of a moment's, as which SQLAlchemy keeps it there",
  },
  MariaDB: {
    ...OF_POSTGRESQL,
    exists: "for each of 75,692 rows MariaDB reads all of them, as nothing is indexed",
  },
};

/** The case with names in the engine's quotes, in the schema that there is. */
function spelledFor({ engine, schema }: WorkspaceCopy, { sql, ...one }: SqlCase): SqlCase {
  const quoted = engine === "MariaDB" ? sql.replaceAll('"', "`") : sql;
  return { ...one, sql: quoted.replaceAll("public", schema) };
}

/** What shows rows of `birth_names` under another name, and a table whose name differs by case. */
const MADE: Readonly<Record<WorkspaceCopy["engine"], readonly string[]>> = {
  SQLite: [
    "CREATE VIEW a_view AS SELECT * FROM Birth_Names",
    "CREATE VIEW a_view_of_it AS SELECT name FROM main.a_view",
    "CREATE VIRTUAL TABLE a_search USING fts5(name, content='birth_names')",
    "INSERT INTO a_search(a_search) VALUES ('rebuild')",
  ],
  MariaDB: [
    "CREATE VIEW a_view AS SELECT * FROM birth_names",
    "CREATE VIEW a_view_of_it AS SELECT name FROM a_view",
    `CREATE FUNCTION leak() RETURNS TEXT READS SQL DATA
       RETURN (SELECT MAX(name) FROM birth_names WHERE name LIKE 'CANARY%')`,
    "CREATE VIEW a_calling_view AS SELECT leak() AS name",
    "CREATE DATABASE other",
    "CREATE VIEW other.a_view AS SELECT * FROM public.birth_names",
    "CREATE TABLE Cleaned_Sales_Data AS SELECT 'CANARY twin' AS country",
    // A dataset over Superset's own metadata, which lies on the same server.
    "UPDATE superset.tables SET `sql` = 'SELECT username AS state FROM superset.ab_user' WHERE id = 22",
  ],
};

/** A table under rules, of someone whom they bind. */
const TARGETS = [
  { username: "greg_sales", table: "cleaned_sales_data", column: "country" },
  { username: "grace_world", table: "birth_names", column: "name" },
  { username: "sam_schema", table: "birth_names", column: "name" },
  { username: "dora_db", table: "birth_names", column: "name" },
];

onEachCopy("SQL of a caller's own runs under their access and their rules", async (t, copy, on) => {
  await copy.execute(...MADE[on.engine]);
  await withWorkspaceService(copy.metadata, async (served) => {
    await t.step(
      "each recorded case gives each user what Superset gave",
      (step) => recordedCases(served, step, on),
    );
    await t.step("no way around the rules shows a hidden row", (step) => attacks(served, step, on));
    await t.step("lists of tables tell what the caller may read", () => lists(served, on));
    if (on.engine === "MariaDB") {
      await t.step("no dataset shows Superset's own metadata", () => ownMetadata(served));
    }
  }, { MCP_LOG_LEVEL: "debug" });
});

type Test = (served: ServedWorkspace, t: Deno.TestContext, on: WorkspaceCopy) => Promise<void>;

const recordedCases: Test = async ({ as }, t, on) => {
  const [cases, golden] = await Promise.all([readSqlCases(), readGoldenSql()]);
  for (const [username, answers] of Object.entries(golden)) {
    await t.step(username, async () => {
      const client = await as(username);
      const faults: string[] = [];
      for (const one of cases.filter(({ id }) => !(id in LEFT_OUT[on.engine]))) {
        const expected = one.id === "case_fold" && on.engine === "MariaDB"
          // It is another table's name there, which there is not.
          ? { status: 500, rows: [] }
          : expectedAnswer(one, username, answers);
        const fault = await caseFault(client, spelledFor(on, one), expected, true);
        if (fault !== null) faults.push(`${one.id}: ${fault}`);
      }
      assert.deepEqual(faults, []);
    });
  }
};

const attacks: Test = async ({ as, service }, t, on) => {
  const admin = await as("admin");
  await t.step("the canaries are there for who may see them", async () => {
    for (const table of ["birth_names", "a_view_of_it"]) {
      const sql = `SELECT max(name) AS x FROM ${table} WHERE name LIKE 'CANARY%'`;
      const { content } = await admin.call("execute_sql", { database_id: 1, sql });
      assert.match(JSON.stringify(content.rows), /CANARY/, JSON.stringify(content));
    }
  });
  for (const target of TARGETS) {
    await t.step(target.username, async () => {
      const client = await as(target.username);
      const faults: string[] = [];
      for (const attack of readCopyAttacks(target, on)) {
        const fault = await leakOf(client, attack);
        if (fault !== null) faults.push(`${attack.attack}, ${attack.name}: ${fault}`);
      }
      assert.deepEqual(faults, []);
    });
  }
  await t.step("nothing of it is in the log", () => {
    assert.doesNotMatch(service.printed(), /CANARY/);
  });
};

async function lists({ as }: ServedWorkspace, { schema, engine }: WorkspaceCopy): Promise<void> {
  const at = { database_id: 1 };
  const [admin, greg] = await Promise.all(["admin", "greg_sales"].map(as));
  const schemas = async (client: McpClient) =>
    (await client.call("list_schemas", at)).content.schemas as string[];
  assert.deepEqual(await schemas(greg!), [schema]);
  const others = engine === "MariaDB" ? ["other"] : [];
  assert.deepEqual((await schemas(admin!)).toSorted(), [schema, ...others].toSorted());
  const tables = async (client: McpClient) =>
    ((await client.call("list_tables", at)).content.tables as { name: string }[])
      .map(({ name }) => name);
  const own = await tables(greg!);
  assert.ok(own.includes("cleaned_sales_data") && own.includes("video_game_sales"), String(own));
  const hidden = ["secret_plans", "birth_names", "Cleaned_Sales_Data", "a_view"];
  assert.deepEqual(own.filter((name) => hidden.includes(name)), []);
  assert.ok((await tables(admin!)).includes("secret_plans"));
  const told = async (client: McpClient, table: string) =>
    JSON.stringify((await client.call("get_table", { ...at, table })).content).replace(table, "T");
  assert.match(await told(greg!, "cleaned_sales_data"), /"name":"country"/);
  assert.equal(await told(greg!, "secret_plans"), await told(greg!, "nope_nope"));
}

async function ownMetadata({ as }: ServedWorkspace): Promise<void> {
  const admin = await as("admin");
  const args = { identifier: 22, columns: ["state"], row_limit: 5 };
  const { content } = await admin.call("query_dataset", args);
  assert.equal(content.error_type, "forbidden_sql", JSON.stringify(content));
  const tables = await admin.call("list_tables", { database_id: 1, schema: "superset" });
  assert.deepEqual(tables.content.tables, []);
}
