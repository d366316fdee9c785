/** The one hook around every tool call: who may, what is told of it, and what a failure shows. */
import assert from "node:assert/strict";
import { z } from "zod";
import { notFound } from "../../../src/errors.ts";
import { defineTool, type ToolDefinition } from "../../../src/tools/define_tool.ts";
import { withDemoHandlers } from "../../support/demo_handlers.ts";
import { TRACE_ID } from "../../support/mcp_endpoint.ts";

type Handle = ToolDefinition<z.ZodRawShape, z.ZodType>["handle"];

function aTool(
  name: string,
  handle: Handle,
  more: Partial<ToolDefinition<z.ZodRawShape, z.ZodType>> = {},
) {
  return defineTool({
    name,
    title: name,
    description: "For tests.",
    kind: "chart",
    action: "read",
    access: "public",
    input: () => ({}),
    output: () => z.looseObject({}),
    handle,
    ...more,
  });
}

const TOOLS = [
  aTool("fine", () => Promise.resolve({ ok: true })),
  aTool("missing", () => Promise.reject(notFound("chart", 5, "Look elsewhere."))),
  aTool("crash", () => Promise.reject(new Error("password=hunter2 at select * from dbs"))),
  aTool("throws", () => {
    throw new TypeError("x is not a function");
  }),
  aTool("huge", () => Promise.resolve({ text: "x".repeat(500_000) })),
  aTool("closed", () => Promise.resolve({}), { access: [{ method: "can_fly", view: "Kite" }] }),
  aTool("either", () => Promise.resolve({}), {
    access: [{ method: "can_fly", view: "Kite" }, { method: "can_read", view: "Chart" }],
  }),
  aTool("writes", () => Promise.resolve({}), { action: "create" }),
];

Deno.test("an answer is structured content, and the same as JSON text", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const result = await handlers.callTool("fine", {}, await context("demo"));
    assert.deepEqual(result, {
      content: [{ type: "text", text: '{"ok":true}' }],
      structuredContent: { ok: true },
    });
  }, { tools: TOOLS });
});

Deno.test("a failure is the error's type, words and hint, marked as one", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const body = {
      error_type: "not_found",
      error: "No chart with identifier '5'.",
      hint: "Look elsewhere.",
    };
    assert.deepEqual(await handlers.callTool("missing", {}, await context("demo")), {
      content: [{ type: "text", text: JSON.stringify(body) }],
      structuredContent: body,
      isError: true,
    });
  }, { tools: TOOLS });
});

Deno.test("a fault of the service's own shows nothing of the inside, and tells the log all", async () => {
  await withDemoHandlers(async ({ fails, facts }) => {
    for (const tool of ["crash", "throws"]) {
      const body = await fails("demo", tool);
      assert.equal(body.error_type, "internal");
      assert.doesNotMatch(JSON.stringify(body), /hunter2|select|not a function|\.ts/);
    }
    const causes = facts.flatMap((fact) => fact.kind === "call" ? [String(fact.cause)] : []);
    assert.match(causes[0]!, /hunter2/);
    assert.match(causes[1]!, /not a function/);
  }, { tools: TOOLS });
});

Deno.test("each call is told once with its tool, status, time, user and trace", async () => {
  await withDemoHandlers(async ({ call, fails, facts }) => {
    await call("nora", "fine");
    await fails("nora", "missing");
    const told = facts.map((fact) =>
      fact.kind === "call" ? { ...fact, durationMs: fact.durationMs >= 0, cause: undefined } : fact
    );
    const one = {
      kind: "call",
      durationMs: true,
      traceId: TRACE_ID,
      user: "nora",
      tenant: null,
      cause: undefined,
    };
    assert.deepEqual(told, [
      { kind: "call_started", tool: "fine" },
      { ...one, tool: "fine", status: "success", errorType: undefined },
      { kind: "call_started", tool: "missing" },
      { ...one, tool: "missing", status: "error", errorType: "not_found" },
    ]);
  }, { tools: TOOLS });
});

Deno.test("an answer over the token limit is refused with its size", async () => {
  await withDemoHandlers(async ({ fails }) => {
    const { error_type, details } = await fails("demo", "huge");
    assert.equal(error_type, "too_large");
    assert.deepEqual(details, { tokens: 125_003, limit: 25_000 });
  }, { tools: TOOLS });
});

Deno.test("a tool that does not exist is a protocol error, not told to the metrics", async () => {
  await withDemoHandlers(async ({ handlers, context, facts }) => {
    for (const name of ["nope", "", "constructor", "__proto__"]) {
      await assert.rejects(handlers.callTool(name, {}, await context("demo")), { code: -32602 });
    }
    assert.deepEqual(facts, []);
  }, { tools: TOOLS });
});

Deno.test("a tool of another permission is neither shown nor run, whatever its arguments", async () => {
  await withDemoHandlers(async ({ handlers, context, fails, call }) => {
    const { tools } = await handlers.listTools(undefined, await context("demo"));
    assert.deepEqual(tools.map(({ name }) => name).filter((name) => name === "closed"), []);
    for (const args of [{}, { nonsense: 1 }]) {
      const { error_type } = await fails("demo", "closed", args);
      assert.equal(error_type, "permission_denied");
    }
    await call("demo", "either");
  }, { tools: TOOLS });
});

Deno.test("tools that are switched off, or write where nothing may, do not exist", async () => {
  const env = { MCP_DISABLED_TOOLS: "fine", MCP_READ_ONLY: "true" };
  await withDemoHandlers(async ({ handlers, context }) => {
    const { tools } = await handlers.listTools(undefined, await context("demo"));
    const names = tools.map(({ name }) => name);
    assert.ok(names.includes("missing"));
    for (const name of ["fine", "writes"]) {
      assert.ok(!names.includes(name));
      await assert.rejects(handlers.callTool(name, {}, await context("demo")), { code: -32602 });
    }
  }, { tools: TOOLS, env });
});

Deno.test("with permissions switched off tools are shown but for rules, and data stays the caller's", async () => {
  await withDemoHandlers(async ({ handlers, context, call, bench }) => {
    const { tools } = await handlers.listTools(undefined, await context("greta"));
    assert.ok(tools.some(({ name }) => name === "list_reports"));
    assert.ok(!tools.some(({ name }) => name === "list_rls_filters"));
    const { total_count } = await call("greta", "list_datasets");
    assert.equal(total_count, 2);
    assert.equal(
      (await bench.caller("greta")).permissions.has("can_read ReportSchedule"),
      false,
    );
  }, { env: { MCP_RBAC_ENABLED: "false" } });
});

Deno.test("a refusal of something long says what is wrong with it in few words", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const long = "x".repeat(500_000);
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, at]));
    for (
      const args of [
        { filters: [{ col: long, opr: "eq", value: 1 }] },
        { order_column: long },
        { select_columns: [long] },
        many,
      ]
    ) {
      const result = await handlers.callTool("list_charts", args, await context("demo"));
      assert.equal(result.isError, true);
      assert.ok(JSON.stringify(result).length < 30_000);
      const { error_type, error, hint } = result.structuredContent as Record<string, string>;
      assert.equal(error_type, "invalid_argument");
      assert.match(`${error}`, /^(Cannot|list_charts takes no)/);
      assert.ok(hint);
    }
  });
});

Deno.test("a client that hangs up ends what it asked, and nothing that changes something", async () => {
  const signals: AbortSignal[] = [];
  const sees: Handle = (_, { signal }) => Promise.resolve({ n: signals.push(signal) });
  const tools = (["read", "execute", "create", "update", "delete"] as const)
    .map((action) => aTool(action, sees, { action }));
  await withDemoHandlers(async ({ handlers, context }) => {
    const hangUp = new AbortController();
    const cancel = new AbortController();
    const asked = await context("demo", { signal: cancel.signal, gone: hangUp.signal });
    for (const { name } of tools) await handlers.callTool(name, {}, asked);
    const ended = () => signals.map(({ aborted }) => aborted);
    hangUp.abort();
    assert.deepEqual(ended(), [true, true, false, false, false]);
    cancel.abort();
    assert.deepEqual(ended(), [true, true, true, true, true]);
  }, { tools });
});
