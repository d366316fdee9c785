/** Every tool over the wire, on the demo: answers, arguments, refusals, and who may use which. */
import assert from "node:assert/strict";
import { z } from "zod";
import { USERS } from "../../src/demo/people.ts";
import { TOOLS } from "../../src/tools/registry.ts";
import { type McpClient, mcpClient, type ToolAnswer } from "../support/mcp_calls.ts";
import { startService } from "../support/service.ts";
import {
  argumentsOf,
  readSupersetTools,
  supersetToolsMissing,
  valuesOf,
} from "../support/superset_tools.ts";
import { TOKEN_SETTINGS, tokenOf } from "../support/tokens.ts";

type As = (username: string) => Promise<McpClient>;

async function withService(use: (as: As) => Promise<void>): Promise<void> {
  const service = await startService({ env: { ...TOKEN_SETTINGS, MCP_LOG_LEVEL: "error" } });
  try {
    await use(async (username) => mcpClient(service.url, await tokenOf(username)));
    // Nothing that a client did may have been a fault of the service's own.
    assert.deepEqual(service.printed().split("\n").filter((line) => line.startsWith("{")), []);
  } finally {
    await service.stop();
  }
}

/** Arguments of tools that need some. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  get_schema: { model_type: "chart" },
  find_users: { search: "an" },
  query_dataset: {
    identifier: 1,
    metrics: [{ expressionType: "SQL", sqlExpression: "count(*)", label: "n" }],
  },
  list_metrics: { identifier: 1 },
  list_schemas: { database_id: 1 },
  list_tables: { database_id: 1 },
  get_table: { database_id: 1, table: "orders" },
  execute_sql: { database_id: 1, sql: "SELECT 1 AS one" },
  validate_sql: { database_id: 1, sql: "SELECT 1 AS one" },
  format_sql: { database_id: 1, sql: "SELECT 1 AS one" },
  explain_sql: { database_id: 1, sql: "SELECT 1 AS one" },
  explain_access: { database_id: 1, sql: "SELECT 1 AS one" },
  run_saved_query: { identifier: 1 },
  save_sql_query: { database_id: 1, label: "One", sql: "SELECT 1 AS one" },
  open_sql_lab_with_context: { database_connection_id: 1 },
};

function argumentsFor(tool: string): Readonly<Record<string, unknown>> {
  const needsObject = tool.startsWith("get_") && tool !== "get_instance_info";
  return NEEDED[tool] ?? (needsObject ? { identifier: 1 } : {});
}

/** Who can use every tool and has an object of each kind: saved queries are their maker's alone. */
function userOf(tool: string): string {
  return tool.includes("saved_quer") ? "demo" : "admin";
}

Deno.test("every tool answers, and its answer fits its output schema", async (t) => {
  await withService(async (as) => {
    const schemas = new Map(
      (await (await as("admin")).listTools()).map(({ name, outputSchema }) => [
        name,
        z.fromJSONSchema(outputSchema as z.core.JSONSchema.JSONSchema),
      ]),
    );
    for (const { name } of TOOLS) {
      await t.step(name, async () => {
        const client = await as(userOf(name));
        const { isError, content } = await client.call(name, argumentsFor(name));
        assert.equal(isError, false, JSON.stringify(content));
        schemas.get(name)!.parse(content);
      });
    }
    await t.step("and a schema refuses what does not fit", () => {
      assert.throws(() => schemas.get("list_charts")!.parse({ charts: 5 }));
    });
  });
});

Deno.test("an argument that no tool has is refused by name, with the valid ones", async (t) => {
  await withService(async (as) => {
    for (const { name, input } of TOOLS) {
      await t.step(name, async () => {
        const client = await as(userOf(name));
        const { isError, content } = await client.call(name, { ...argumentsFor(name), nope: 1 });
        assert.equal(isError, true);
        assert.equal(content.error_type, "invalid_argument");
        assert.match(String(content.error), /'nope'/);
        for (const valid of Object.keys(input.shape)) {
          assert.match(String(content.hint), new RegExp(`\\b${valid}\\b`));
        }
      });
    }
  });
});

Deno.test({
  name: `every argument of Superset 6.1's clients is accepted, in every spelling${
    supersetToolsMissing === null ? "" : ` (skipped: ${supersetToolsMissing})`
  }`,
  ignore: supersetToolsMissing !== null,
  fn: async (t) => {
    const recorded = (await readSupersetTools())
      .filter(({ name }) => TOOLS.some((tool) => tool.name === name));
    assert.ok(recorded.length >= 10, `${recorded.length} tools`);
    await withService(async (as) => {
      const admin = await as("admin");
      for (const tool of recorded) {
        await t.step(tool.name, async () => {
          for (const [name, schema] of Object.entries(argumentsOf(tool))) {
            for (const value of valuesOf(name, schema)) {
              // Some text is neither SQL nor a catalog.
              if (tool.name === "execute_sql" && /^(sql|catalog)$/.test(name) && value === "text") {
                continue;
              }
              const args = { ...argumentsFor(tool.name), [name]: value };
              // A spreadsheet is no rows to read; JSON and CSV are told in the refusal.
              if (name === "format" && value === "excel") continue;
              // A chart by an empty identifier is none in Superset either.
              if (
                /^get_chart_(info|data)$/.test(tool.name) && name === "identifier" && value === null
              ) {
                continue;
              }
              if (name === "select_columns" || name === "order_column") {
                args[name] = name === "order_column" ? "id" : ["id"];
              }
              await assertAccepted(admin, tool.name, args);
            }
          }
        });
        const filters = argumentsOf(tool).filters?.items?.properties;
        if (filters === undefined) continue;
        await t.step(`${tool.name}: filters`, () => assertFilters(admin, tool.name, filters));
      }
    });
  },
});

/** Flat, in `request`, in `request` as text, and beside nulls, one answer. */
async function assertAccepted(
  client: McpClient,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Promise<void> {
  const spellings = [args, { request: args }, { request: JSON.stringify(args) }];
  const answers: ToolAnswer[] = [];
  for (const spelling of spellings) answers.push(await client.call(tool, spelling));
  for (const { isError, content } of answers) {
    assert.equal(isError, false, `${tool} ${JSON.stringify(args)}: ${JSON.stringify(content)}`);
    // Each call saves a query of its own.
    if (tool === "save_sql_query") continue;
    assert.deepEqual(steady(content), steady(answers[0]!.content));
  }
}

/** Without what differs from one call to the next. */
function steady(content: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(content), (key, value) => VARYING.has(key) ? undefined : value);
}

const VARYING = new Set(["timestamp", "uptime_seconds", "execution_time_ms", "cache_status"]);

/** Each column with each operator is answered, or the operator is refused with those that fit. */
async function assertFilters(
  client: McpClient,
  tool: string,
  properties: Readonly<Record<string, { readonly enum?: readonly unknown[] }>>,
): Promise<void> {
  for (const col of properties.col!.enum!) {
    let answered = 0;
    for (const opr of properties.opr!.enum!) {
      const one = valueFor(String(col));
      const value = opr === "in" || opr === "nin" ? [one] : one;
      const { isError, content } = await client.call(tool, { filters: [{ col, opr, value }] });
      if (!isError) answered++;
      else assert.match(String(content.error), /^Cannot use '\w+' on/, JSON.stringify(content));
    }
    assert.ok(answered >= 2, `${tool} filters by ${col} with ${answered} operators`);
  }
}

function valueFor(col: string): unknown {
  if (/_fk$|^owner$/.test(col)) return 1;
  return /^(published|favorite|expose_in_sqllab|allow_file_upload)$/.test(col) ? true : "a";
}

/** Kinds with a single get, and the identifiers by which something that is not there is asked for. */
const ABSENT = [987_654, "987654", "00000000-1111-2222-3333-444444444444", "no-such-slug", "a b/ü"];

Deno.test("what one may not see is not found, in the words for what does not exist", async (t) => {
  await withService(async (as) => {
    const [admin, greta, nora] = await Promise.all(["admin", "greta", "nora"].map(as));
    const uuidOf = async (tool: string, identifier: number) =>
      (await admin!.call(tool, { identifier })).content.uuid as string;
    const hidden: readonly (readonly [McpClient, string, unknown])[] = [
      [greta!, "get_chart_info", 1],
      [greta!, "get_chart_info", await uuidOf("get_chart_info", 1)],
      [greta!, "get_dataset_info", 4],
      [greta!, "get_dataset_info", await uuidOf("get_dataset_info", 4)],
      [nora!, "get_dashboard_info", 5],
      [nora!, "get_dashboard_info", "pricing"],
      [nora!, "get_dashboard_info", await uuidOf("get_dashboard_info", 5)],
      [nora!, "get_dashboard_layout", "pricing"],
      [nora!, "get_dashboard_datasets", "pricing"],
      [admin!, "get_saved_query_info", 1],
    ];
    for (const [client, tool, identifier] of hidden) {
      await t.step(`${tool} ${identifier}`, async () => {
        const words = async (asked: unknown) => {
          const { isError, content } = await client.call(tool, { identifier: asked });
          assert.equal(isError, true);
          assert.equal(content.error_type, "not_found");
          return JSON.stringify(content).replaceAll(String(asked), "IDENTIFIER");
        };
        const said = await words(identifier);
        for (const absent of ABSENT) assert.equal(await words(absent), said);
      });
    }
    await t.step("and is in no list, count, search or filter", async () => {
      for (
        const args of [{ search: "pricing" }, {
          filters: [{ col: "slug", opr: "eq", value: "pricing" }],
        }]
      ) {
        const { content } = await nora!.call("list_dashboards", args);
        assert.equal(content.total_count, 0);
      }
      const { content } = await nora!.call("list_charts", {
        filters: [{ col: "dashboard", opr: "eq", value: 5 }],
      });
      assert.equal(content.total_count, 0);
    });
  });
});

Deno.test("each person of the demo sees exactly the tools they may use", async (t) => {
  await withService(async (as) => {
    for (const { username, active } of USERS) {
      await t.step(username, async () => {
        const client = await as(username);
        if (!active) return assert.equal(await client.status(), 401);
        const shown = new Set((await client.listTools()).map(({ name }) => name));
        for (const { name } of TOOLS) {
          const { isError, content } = await client.call(name, argumentsFor(name));
          const denied = isError && content.error_type === "permission_denied";
          assert.equal(
            denied,
            !shown.has(name),
            `${name}: ${JSON.stringify(content).slice(0, 200)}`,
          );
        }
      });
    }
  });
});

/** Calls that can't be meant: the client's mistake, told as such, and the service goes on. */
const NONSENSE: readonly (readonly [string, string, unknown])[] = [
  ["an identifier of nothing", "get_chart_info", { identifier: "" }],
  ["an identifier of spaces", "get_chart_info", { identifier: "   " }],
  ["an identifier of an object", "get_dashboard_info", { identifier: { id: 1 } }],
  ["an identifier of a list", "get_dataset_info", { identifier: [1] }],
  ["a negative identifier", "get_chart_info", { identifier: -1 }],
  ["an identifier of a fraction", "get_chart_info", { identifier: 1.5 }],
  ["a huge identifier", "get_chart_info", { identifier: 1e300 }],
  ["an identifier without an end", "get_dashboard_info", { identifier: "x".repeat(10_000) }],
  ["no identifier", "get_dashboard_info", {}],
  ["a kind that has no schema", "get_schema", { model_type: "user" }],
  ["page_size of 101", "list_charts", { page_size: 101 }],
  ["a column that does not exist", "list_charts", { select_columns: ["password"] }],
];

Deno.test("nonsense is refused as an invalid argument, never as a fault", async (t) => {
  await withService(async (as) => {
    const admin = await as("admin");
    for (const [name, tool, args] of NONSENSE) {
      await t.step(name, async () => {
        const { isError, content } = await admin.call(tool, args as Record<string, unknown>);
        assert.equal(isError, true);
        assert.equal(content.error_type, "invalid_argument", JSON.stringify(content));
        assert.ok(String(content.hint).length > 0, "no hint");
        assert.ok(JSON.stringify(content).length < 5000);
      });
    }
    const odd = ["2147483648", "99999999999999999999", "a\0b", "\ud800", "%", "'", "../..", "null"];
    for (const identifier of odd) {
      await t.step(`nothing is found by ${JSON.stringify(identifier)}`, async () => {
        for (const tool of ["get_chart_info", "get_dashboard_info", "get_tag_info"]) {
          const { content } = await admin.call(tool, { identifier });
          assert.equal(content.error_type, "not_found", JSON.stringify(content));
        }
      });
    }
  });
});
