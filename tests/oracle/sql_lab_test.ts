/**
 * SQL of each recorded case, as each user, gives what Superset's SQL Lab gave, or better where the
 * workspace's README says that Superset is wrong; and no way around the rules shows a hidden row.
 */
import assert from "node:assert/strict";
import { type AnswerRow, canonical } from "../support/answer_rows.ts";
import type { ToolAnswer } from "../support/mcp_calls.ts";
import { readGoldenSql, readSqlCases } from "../support/recorded_sql.ts";
import {
  type ServedWorkspace,
  withRecordedWorkspace,
  withWorkspaceService,
} from "../support/recorded_workspace.ts";
import { readSqlAttacks } from "../support/sql_attacks.ts";
import { caseFault, expectedAnswer, leakOf } from "../support/sql_lab_answers.ts";
import { unlessMissing } from "../support/workspace.ts";

Deno.test({
  ...unlessMissing("SQL of a caller's own runs under their access and their rules"),
  fn: (t) =>
    served(async (workspace) => {
      for (const [name, test] of Object.entries(TESTS)) {
        await t.step(name, (step) => test(workspace, step));
      }
    }),
});

Deno.test({
  ...unlessMissing(
    "an answer over the token limit comes in pages that hold all its rows, each once",
  ),
  fn: () => served(pages, { MCP_RESPONSE_TOKEN_LIMIT: "6000" }),
});

type Test = (workspace: ServedWorkspace, step: Deno.TestContext) => Promise<void>;

const recordedCases: Test = async ({ as }, t) => {
  const [cases, golden] = await Promise.all([readSqlCases(), readGoldenSql()]);
  for (const [username, answers] of Object.entries(golden)) {
    await t.step(username, async () => {
      const client = await as(username);
      const faults: string[] = [];
      for (const one of cases) {
        const fault = await caseFault(client, one, expectedAnswer(one, username, answers));
        if (fault !== null) faults.push(`${one.id}: ${fault}`);
      }
      assert.deepEqual(faults, []);
    });
  }
};

const script: Test = async ({ as }) => {
  const client = await as("greg_sales");
  const sql = "SELECT 1 AS a; SELECT country FROM cleaned_sales_data ORDER BY 1 LIMIT 2;";
  const { content } = await client.call("execute_sql", { database_id: 1, sql, limit: 10 });
  const [first, second] = content.statements as Statement[];
  assert.deepEqual(first!.data!.rows, [{ a: 1 }]);
  assert.match(first!.executed_sql, /LIMIT 10$/);
  assert.match(second!.executed_sql, /LIMIT 2$/);
  assert.deepEqual(second!.data!.rows, content.rows);
  assert.equal(content.row_count, 2);
  assert.deepEqual(second!.row_level_rules, RULES_OF_GREG);
  assert.doesNotMatch(JSON.stringify(content), /territory = |year >=/, "the rule's own text");
};

const dryRun: Test = async ({ as }) => {
  const sql = "SELECT count(*) FROM cleaned_sales_data";
  const args = { database_id: 1, sql, dry_run: true };
  const { content } = await (await as("greg_sales")).call("execute_sql", args);
  const [statement] = content.statements as Statement[];
  assert.deepEqual(content.rows, []);
  assert.equal(statement!.data, null);
  assert.deepEqual(statement!.row_level_rules, RULES_OF_GREG);
  assert.doesNotMatch(statement!.executed_sql, /territory|year|OFFSET/);
};

const sameWords: Test = async ({ as }) => {
  const refusal = async (username: string, table: string) => {
    const sql = `SELECT * FROM ${table}`;
    const { content } = await (await as(username)).call("execute_sql", { database_id: 1, sql });
    return JSON.stringify(content).replaceAll(table, "T");
  };
  for (const username of ["greg_sales", "grace_world"]) {
    assert.equal(
      await refusal(username, "secret_plans"),
      await refusal(username, "nope_nope"),
      username,
    );
    assert.equal(
      await refusal(username, "public.secret_plans"),
      await refusal(username, "hidden.nope_nope"),
      username,
    );
  }
  assert.match(await refusal("admin", "nope_nope"), /There is no table 'T'\./);
};

const pages = async ({ as }: ServedWorkspace) => {
  const client = await as("admin");
  const sql = "SELECT name, state, num FROM birth_names ORDER BY num DESC, name, state";
  const names: unknown[] = [];
  let cursor: string | undefined;
  do {
    const args = { database_id: 1, sql, limit: 300, ...(cursor ? { cursor } : {}) };
    const { content, isError } = await client.call("execute_sql", args);
    assert.equal(isError, false, JSON.stringify(content));
    assert.equal(content.row_count, 300);
    names.push(...(content.rows as AnswerRow[]).map(canonical));
    cursor = content.next_cursor as string | undefined;
  } while (cursor !== undefined);
  assert.equal(names.length, 300);
};

/** A table under rules, of someone whom they bind. */
const TARGETS = [
  { username: "greg_sales", table: "cleaned_sales_data", column: "country" },
  { username: "grace_world", table: "birth_names", column: "name" },
  { username: "sam_schema", table: "birth_names", column: "name" },
];

const attacks: Test = async ({ as, service }, t) => {
  for (const target of TARGETS) {
    const client = await as(target.username);
    await t.step(target.username, async () => {
      const faults: string[] = [];
      for (const attack of readSqlAttacks(target)) {
        const fault = await leakOf(client, attack);
        if (fault !== null) faults.push(`${attack.attack}, ${attack.name}: ${fault}`);
      }
      assert.deepEqual(faults, []);
    });
  }
  assert.doesNotMatch(service.printed(), /CANARY/);
};

/** Names of the tables that a tool answers. */
const namesOf = ({ content }: ToolAnswer) =>
  (content.tables as { name: string }[]).map(({ name }) => name);

const catalogue: Test = async ({ as }) => {
  const at = { database_id: 1 };
  const [admin, greg, sam] = await Promise.all(["admin", "greg_sales", "sam_schema"].map(as));
  assert.deepEqual((await greg!.call("list_schemas", at)).content.schemas, ["public"]);
  const own = namesOf(await greg!.call("list_tables", at));
  assert.ok(own.includes("cleaned_sales_data") && own.includes("video_game_sales"), String(own));
  assert.ok(!own.includes("secret_plans") && !own.includes("birth_names"), String(own));
  const all = namesOf(await admin!.call("list_tables", at));
  assert.deepEqual(namesOf(await sam!.call("list_tables", at)), all);
  assert.ok(all.includes("secret_plans"));
  const { content } = await greg!.call("get_table", { ...at, table: "cleaned_sales_data" });
  const columns = content.columns as { name: string; type: string }[];
  assert.equal(columns.find(({ name }) => name === "country")?.type, "text");
  const refused = async (table: string) =>
    JSON.stringify((await greg!.call("get_table", { ...at, table })).content).replace(table, "T");
  assert.match(await refused("secret_plans"), /not_found/);
  assert.equal(await refused("secret_plans"), await refused("nope_nope"));
  // PostgreSQL's own schemas are no place to look bare names up in, for nobody.
  for (const [schema, table] of [["information_schema", "views"], ["pg_catalog", "pg_class"]]) {
    assert.deepEqual(namesOf(await admin!.call("list_tables", { ...at, schema })), []);
    const described = await admin!.call("get_table", { ...at, schema, table });
    assert.equal(described.content.error_type, "not_found");
    const asked = { ...at, schema, sql: `SELECT * FROM ${table}` };
    assert.equal((await admin!.call("execute_sql", asked)).content.error_type, "forbidden_sql");
  }
};

const beside: Test = async ({ as }) => {
  const at = { database_id: 1 };
  const client = await as("greg_sales");
  const ask = async (tool: string, args: Record<string, unknown>) => {
    const { isError, content } = await client.call(tool, { ...at, ...args });
    assert.equal(isError, false, JSON.stringify(content));
    return content;
  };
  const [fault] = (await ask("validate_sql", { sql: "SELECT 1,\n FROM x" })).errors as AnswerRow[];
  assert.deepEqual([fault!.error_type, fault!.line, fault!.column], ["invalid_sql", 2, 2]);
  assert.equal((await ask("validate_sql", { sql: "DELETE FROM x" })).valid, false);
  assert.equal((await ask("validate_sql", { sql: "SELECT 1" })).valid, true);
  assert.equal((await ask("format_sql", { sql: "select  1 -- x" })).sql, "SELECT 1");
  const sql = "SELECT count(*) FROM cleaned_sales_data";
  const [table] = (await ask("explain_access", { sql })).tables as Standing[];
  assert.deepEqual(table!.granted_by, [
    { permission: "datasource_access", on: "[examples].[cleaned_sales_data](id:3)" },
  ]);
  assert.deepEqual(table!.row_level_rules.map(({ name }) => name), RULES_OF_GREG);
  assert.ok((await client.call("explain_access", { ...at, table: "secret_plans" })).isError);
  const { content } = await client.call("open_sql_lab_with_context", {
    ...{ database_connection_id: 1, sql: "SELECT 1" },
  });
  assert.match(String(content.url), /\/sqllab\?dbid=1&sql=SELECT\+1$/);
};

interface Standing {
  readonly granted_by: readonly unknown[];
  readonly row_level_rules: readonly { readonly name: string }[];
}

const TESTS: Readonly<Record<string, Test>> = {
  "each user gets what Superset's SQL Lab gave, or better": recordedCases,
  "each statement of a script has its own rows, and the answer those of the last": script,
  "a dry run tells what would run and which rules apply, and runs nothing": dryRun,
  "tables that are not there are told in the words of those one may not read": sameWords,
  "lists and gets of tables tell what the caller may read, and no more": catalogue,
  "SQL is validated, formatted, explained and opened in Superset": beside,
  "no way around the rules shows a hidden row, in an answer, an error or a log line": attacks,
};

interface Statement {
  readonly executed_sql: string;
  readonly row_level_rules?: readonly string[];
  readonly data: { readonly rows: readonly AnswerRow[] } | null;
}

const RULES_OF_GREG = ["sales: USA", "sales: EMEA", "sales: from 2004"];

function served(
  use: (workspace: ServedWorkspace) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  return withRecordedWorkspace(({ metadata }) => withWorkspaceService(metadata, use, env));
}
