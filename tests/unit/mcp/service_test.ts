/** Tool search, resources, prompts and completion, as people of the demo see them. */
import assert from "node:assert/strict";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { TOOLS } from "../../../src/tools/registry.ts";
import { OBJECT_KINDS } from "../../../src/tools/object_kinds.ts";
import { type Answer, withDemoHandlers } from "../../support/demo_handlers.ts";

Deno.test("one is shown the tools that one's permissions open", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const shown = async (username: string) =>
      (await handlers.listTools(undefined, await context(username))).tools.map(({ name }) => name);
    assert.equal((await shown("admin")).length, TOOLS.length);
    const stefan = await shown("stefan");
    assert.ok(stefan.includes("list_charts"));
    for (const closed of ["list_rls_filters", "list_roles", "list_saved_queries", "list_reports"]) {
      assert.ok(!stefan.includes(closed), closed);
    }
  });
});

Deno.test("every list is one page: a cursor was never handed out", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const me = await context("demo");
    for (
      const ask of [
        () => handlers.listTools("2", me),
        () => handlers.listResources("2", me),
        () => handlers.listResourceTemplates("2", me),
        () => handlers.listPrompts("2", me),
      ]
    ) {
      await assert.rejects(async () => await ask(), { code: -32602 });
    }
  });
});

Deno.test("tool search shows two tools, and finds the others with their whole entries", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const me = await context("admin", { toolSearch: true });
    const { tools } = await handlers.listTools(undefined, me);
    assert.deepEqual(tools.map(({ name }) => name), ["search_tools", "call_tool"]);
    const all = await handlers.listTools(undefined, await context("admin"));
    const search = async (query?: string): Promise<Answer> =>
      (await handlers.callTool("search_tools", { query }, me) as CallToolResult).structuredContent;
    const found = await search("list dashboards");
    assert.equal(found.tools[0].name, "list_dashboards");
    assert.deepEqual(found.tools[0], all.tools.find(({ name }) => name === "list_dashboards"));
    assert.ok(found.count <= 10);
    assert.deepEqual(await search("xylophone"), { tools: [], count: 0 });
    const names = await search();
    assert.deepEqual(
      names.tools.map(({ name }: { name: string }) => name).sort(),
      TOOLS.map(({ name }) => name).sort(),
    );
  });
});

Deno.test("tool search finds nothing that one may not use, and calls nothing either", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const nora = await context("nora", { toolSearch: true });
    const searched = await handlers.callTool("search_tools", { query: "row-level rules" }, nora);
    assert.doesNotMatch(JSON.stringify(searched), /rls_filter/);
    const called = await handlers.callTool("call_tool", { name: "list_rls_filters" }, nora);
    assert.match(JSON.stringify(called), /permission_denied/);
  });
});

Deno.test("a call by tool search is the direct call", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const me = await context("nora", { toolSearch: true });
    const args = { identifier: 1 };
    const named = { name: "get_chart_info", arguments: args };
    assert.deepEqual(
      await handlers.callTool("call_tool", named, me),
      await handlers.callTool("get_chart_info", args, me),
    );
    const unknown = await handlers.callTool("call_tool", { name: "get_chart_info", args }, me);
    assert.match(JSON.stringify(unknown), /takes no 'args'/);
    await assert.rejects(handlers.callTool("call_tool", { name: "nope" }, me), { code: -32602 });
  });
});

Deno.test("the search tools are there in their mode only", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    await assert.rejects(handlers.callTool("search_tools", {}, await context("demo")), {
      code: -32602,
    });
  });
});

Deno.test("each kind of object is read by URI as its tool answers it", async () => {
  await withDemoHandlers(async ({ handlers, context, call }) => {
    const admin = await context("admin");
    for (const { scheme, tool } of OBJECT_KINDS) {
      if (scheme === "saved-query") continue;
      const uri = `${scheme}://1`;
      const { contents } = await handlers.readResource(uri, admin);
      const [content] = contents as { uri: string; mimeType: string; text: string }[];
      assert.equal(content!.uri, uri);
      assert.equal(content!.mimeType, "application/json");
      assert.deepEqual(JSON.parse(content!.text), await call("admin", tool, { identifier: 1 }));
    }
    const bySlug = await handlers.readResource("dashboard://web%2Dshop", admin);
    assert.match(JSON.stringify(bySlug), /Web shop and service/);
    const instance = await handlers.readResource("instance://metadata", admin);
    assert.match(JSON.stringify(instance), /instance_summary/);
  });
});

Deno.test("a saved query is read by its maker", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const { contents } = await handlers.readResource("saved-query://1", await context("demo"));
    assert.match(JSON.stringify(contents), /Wholesale accounts/);
    await assert.rejects(
      handlers.readResource("saved-query://1", await context("admin")),
      { code: -32602 },
    );
  });
});

const NOWHERE = [
  "dashboard://5",
  "dashboard://999999",
  "dashboard://pricing",
  "dashboard://",
  "dashboard",
  "",
  "dashboard://%zz",
  "nothing://1",
  "rls-filter://1",
  "__proto__://1",
  "https://example.com/",
  "dashboard://1://1",
];

Deno.test("what is hidden, closed or never was is equally not there by URI", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const nora = await context("nora");
    for (const uri of NOWHERE) {
      await assert.rejects(handlers.readResource(uri, nora), {
        code: -32602,
        message: `Resource not found: ${uri}`,
      });
    }
  });
});

Deno.test("resource templates are those of the tools one may use", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const shown = async (username: string) =>
      (await handlers.listResourceTemplates(undefined, await context(username)))
        .resourceTemplates.map(({ uriTemplate }) => uriTemplate);
    assert.equal((await shown("admin")).length, OBJECT_KINDS.length);
    const nora = await shown("nora");
    assert.ok(nora.includes("dashboard://{identifier}"));
    assert.ok(!nora.includes("rls-filter://{identifier}"));
    const { resources } = await handlers.listResources(undefined, await context("nora"));
    assert.deepEqual(resources.map(({ uri }) => uri), ["instance://metadata"]);
  });
});

Deno.test("quickstart says who asks and about what, as quoted text, and names tools that exist", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const me = await context("demo");
    const { prompts } = await handlers.listPrompts(undefined, me);
    assert.deepEqual(prompts.map(({ name }) => name), ["quickstart"]);
    assert.deepEqual(prompts[0]!.arguments?.map(({ name, required }) => [name, required]), [
      ["user_type", false],
      ["focus_area", false],
    ]);
    const text = async (args?: Record<string, string>): Promise<string> =>
      (await handlers.getPrompt("quickstart", args, me) as Answer).messages[0].content.text;
    assert.match(await text(), /"analyst".*"general"/);
    assert.match(await text({ user_type: 'a" b\nc' }), /"a\\" b\\nc"/);
    const named = (await text()).match(/\b(?:get|list)_[a-z_]+/g)!;
    const tools = new Set(TOOLS.map(({ name }) => name));
    assert.deepEqual(named.filter((name) => !tools.has(name)), []);
    await assert.rejects(async () => await handlers.getPrompt("nope", {}, me), { code: -32602 });
    await assert.rejects(
      async () => await handlers.getPrompt("quickstart", { mood: "x" }, me),
      { code: -32602 },
    );
  });
});

/** Who types what into which template, and what is offered. */
const COMPLETIONS: readonly (readonly [string, string, string, string[]])[] = [
  ["admin", "dashboard://{identifier}", "web", ["web-shop"]],
  ["admin", "dashboard://{identifier}", "PRICING", ["pricing"]],
  ["nora", "dashboard://{identifier}", "pricing", []],
  ["admin", "chart://{identifier}", "gold", ["28"]],
  ["greta", "chart://{identifier}", "gold", []],
  ["admin", "chart://{identifier}", "30", ["30"]],
  ["greta", "dataset://{identifier}", "", ["10", "6"]],
  ["nora", "rls-filter://{identifier}", "", []],
  ["admin", "nothing://{identifier}", "", []],
];

for (const [username, template, typed, offered] of COMPLETIONS) {
  Deno.test(`${username} who types '${typed}' into ${template} is offered ${offered.join(", ") || "nothing"}`, async () => {
    await withDemoHandlers(async ({ handlers, context }) => {
      const { completion } = await handlers.complete({
        reference: { kind: "resource", name: template },
        argument: { name: "identifier", value: typed },
      }, await context(username));
      assert.deepEqual([...completion.values].sort(), offered);
    });
  });
}

Deno.test("a prompt's arguments are completed by how they begin", async () => {
  await withDemoHandlers(async ({ handlers, context }) => {
    const complete = async (name: string, argument: string, value: string) =>
      (await handlers.complete({
        reference: { kind: "prompt", name },
        argument: { name: argument, value },
      }, await context("demo"))).completion.values;
    assert.deepEqual(await complete("quickstart", "user_type", "D"), ["developer"]);
    assert.deepEqual(await complete("quickstart", "mood", ""), []);
    assert.deepEqual(await complete("nope", "user_type", ""), []);
  });
});
