/**
 * Whatever a restricted user writes into the arguments of the data tools, no word of a row that a
 * rule hides comes out, in no answer, error or log line, and no rule's text.
 */
import assert from "node:assert/strict";
import { type AttackCall, type ExpressionAttack, readAttacks } from "../support/attacks.ts";
import { attacksOn, TARGETS, tryAll } from "../support/tried_attacks.ts";
import {
  CANARY_TABLES,
  type CanaryTable,
  readCanaries,
  RULE_TEXTS,
  wordsIn,
} from "../support/canaries.ts";
import { run } from "../support/programs.ts";
import {
  type ServedWorkspace,
  withRecordedWorkspace,
  withWorkspaceService,
} from "../support/recorded_workspace.ts";
import { psql, unlessMissing } from "../support/workspace.ts";

type TargetName = keyof typeof TARGETS;

interface Attacker {
  readonly targets: readonly TargetName[];
  /** Tables whose canary no rule keeps from this user. */
  readonly free: readonly CanaryTable[];
}

const OPEN: readonly CanaryTable[] = [
  "cleaned_sales_data",
  "users",
  "video_game_sales",
  "wb_health_population",
];

/** All look everywhere; attacks as everyone on everything would take minutes and find the same. */
const ATTACKERS: Readonly<Record<string, Attacker>> = {
  greg_sales: { targets: ["virtualOrders"], free: [] },
  grace_world: { targets: ["world"], free: [] },
  bo_both: { targets: ["games", "slack"], free: [] },
  gina_group: { targets: [], free: [] },
  cleo_lister: { targets: ["births"], free: [] },
  olga_owner: { targets: [], free: ["users"] },
  amy_alpha: { targets: [], free: OPEN },
  sam_schema: { targets: [], free: OPEN },
  dora_db: { targets: [], free: OPEN },
};

/** What no query may run without, and none can run with. */
const BROKEN_RULES = [
  "genre IN (",
  "true) OR (true",
  "true; SELECT 1",
  "genre IN (SELECT plan FROM secret_plans",
  "{{ nope(",
  "{{ not_there() }}",
];

const CHARTS = 103;
const DASHBOARDS = 9;

Deno.test({
  ...unlessMissing("no row that a rule hides comes out of the data tools, nor a rule's text"),
  fn: (t) =>
    withRecordedWorkspace(async ({ metadata, analytics }) => {
      const canaries = await readCanaries(analytics);
      await addVirtualDatasets(metadata, analytics);
      await withWorkspaceService(metadata, async (served) => {
        await t.step("the canaries are there for who may see them", () =>
          assertSeen(served, canaries));
        for (const [username, { targets, free }] of Object.entries(ATTACKERS)) {
          const hidden = CANARY_TABLES.filter((table) =>
            !free.includes(table)
          )
            .flatMap((table) => canaries.get(table)!);
          const client = await served.as(username);
          await t.step(`${username} looks everywhere`, () =>
            tryAll(client, plainCalls(targets), hidden));
          for (const name of targets) {
            await t.step(`${username} attacks ${name}`, () =>
              tryAll(client, attacksOn(TARGETS[name]), hidden));
          }
        }
        const client = await served.as("dora_db");
        for (const [at, { attack, name }] of VIRTUAL.entries()) {
          await t.step(`a virtual dataset over a table under a rule: ${name} (${attack})`, () =>
            tryAll(client, virtualCalls(FIRST_VIRTUAL + at), [
              ...canaries.get("birth_names")!,
              "CANARYFOUND",
            ]));
        }
        for (const clause of BROKEN_RULES) {
          await t.step(`a rule that says ${JSON.stringify(clause)} refuses its table`, async () => {
            const escaped = clause.replaceAll("'", "''");
            await psql(
              metadata,
              `UPDATE row_level_security_filters SET clause = '${escaped}' WHERE id = 8`,
            );
            const bo = await served.as("bo_both");
            const { dataset, column } = TARGETS.games;
            const { content } = await bo.call("query_dataset", {
              ...{ identifier: dataset, columns: [column], row_limit: 7 },
            });
            assert.equal(content.error_type, "forbidden_sql", JSON.stringify(content));
            assert.ok(!JSON.stringify(content).includes(clause));
          });
        }
        await t.step("nothing of it is in the log", () => {
          const all = [...canaries.values()].flat();
          const found = served.service.printed().split("\n")
            .filter((line) =>
              wordsIn(line, [...all, ...RULE_TEXTS]).length > 0
            );
          assert.deepEqual(found, []);
        });
      }, { MCP_LOG_LEVEL: "debug", MCP_RESPONSE_TOKEN_LIMIT: "1000000" });
    }),
});

/** The attacks would prove nothing if nobody could see the rows that they are after. */
async function assertSeen(
  { as }: ServedWorkspace,
  canaries: ReadonlyMap<CanaryTable, readonly string[]>,
): Promise<void> {
  const admin = await as("admin");
  for (const { dataset, table, column } of Object.values(TARGETS).slice(0, 5)) {
    const filters = [{ col: column, op: "LIKE", val: "CANARY%" }];
    const { content } = await admin.call("query_dataset", {
      ...{ identifier: dataset, columns: [column], filters },
    });
    assert.ok(wordsIn(JSON.stringify(content), canaries.get(table)!).length > 0, table);
  }
}

/** Questions without any attack: every chart and dashboard, and rows in every order. */
function plainCalls(names: readonly TargetName[]): AttackCall[] {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  const calls = [
    ...numbers(CHARTS).flatMap((identifier) => [
      { tool: "get_chart_data", args: { identifier } },
      { tool: "get_chart_sql", args: { identifier } },
    ]),
    ...numbers(DASHBOARDS).map((identifier) => ({
      tool: "get_dashboard_data",
      args: { identifier },
    })),
    ...names.map((name) => TARGETS[name]).flatMap(({ dataset, column }) =>
      [true, false].flatMap((ascending) => [
        {
          tool: "query_dataset",
          args: {
            ...{ identifier: dataset, columns: [column], row_limit: 10_000 },
            order_by: [[column, ascending]],
          },
        },
        {
          tool: "query_dataset",
          args: {
            ...{ identifier: dataset, columns: [column], order_by: [[column, ascending]] },
            filters: [{ col: column, op: "ILIKE", val: "%canary%" }],
          },
        },
      ])
    ),
  ];
  return calls.map((call) => ({ ...call, place: call.tool, reaches: false }));
}

const VIRTUAL = readAttacks<ExpressionAttack>("virtual_datasets");
const FIRST_VIRTUAL = 900;

function virtualCalls(identifier: number): AttackCall[] {
  const calls = [
    { columns: ["name"], row_limit: 100_000 },
    { columns: ["name"], filters: [{ col: "name", op: "LIKE", val: "CANARY%" }] },
    { metrics: [{ expressionType: "SQL", sqlExpression: "MAX(name)", label: "a" }] },
    { columns: ["name"], filters: [{ col: "name", op: "ILIKE", val: "%CANARY%" }] },
  ];
  return calls.map((args) => ({
    place: JSON.stringify(args),
    tool: "query_dataset",
    args: { identifier, ...args },
    reaches: false,
  }));
}

/** Datasets whose makers reach around the rule, on views and functions over the table, too. */
async function addVirtualDatasets(metadata: string, analytics: string): Promise<void> {
  await psql(
    analytics,
    `CREATE VIEW v_births_copy AS SELECT * FROM birth_names;
     CREATE VIEW v_births_copy_again AS SELECT name FROM v_births_copy WHERE num > 0;
     CREATE MATERIALIZED VIEW m_births_copy AS SELECT name FROM birth_names;
     CREATE FUNCTION births_of_all() RETURNS SETOF birth_names LANGUAGE sql SECURITY DEFINER
       AS 'SELECT * FROM birth_names';`,
  );
  const statements = VIRTUAL.map(({ sql }, at) => {
    const id = FIRST_VIRTUAL + at;
    return `
      CREATE TEMP TABLE t AS SELECT * FROM tables WHERE id = 22;
      UPDATE t SET id = ${id}, uuid = gen_random_uuid(), table_name = 'attack_${id}',
        sql = '${sql.replaceAll("'", "''")}';
      INSERT INTO tables SELECT * FROM t;
      DROP TABLE t;
      CREATE TEMP TABLE c AS SELECT * FROM table_columns WHERE table_id = 22 AND column_name = 'state';
      UPDATE c SET id = ${100_000 + id}, uuid = gen_random_uuid(), table_id = ${id},
        column_name = 'name';
      INSERT INTO table_columns SELECT * FROM c;
      DROP TABLE c;`;
  });
  await run("psql", "-qX", "-v", "ON_ERROR_STOP=1", metadata, "-c", statements.join("\n"));
}
