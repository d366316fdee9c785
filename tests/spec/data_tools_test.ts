/** The data tools over the wire, on the demo: rows, pages, caches, refusals, and who gets what. */
import assert from "node:assert/strict";
import { CHARTS } from "../../src/demo/charts.ts";
import { DASHBOARDS } from "../../src/demo/dashboards.ts";
import { datasetId } from "../../src/demo/names.ts";
import { type McpClient, mcpClient } from "../support/mcp_calls.ts";
import { startService } from "../support/service.ts";
import { TOKEN_SETTINGS, tokenOf } from "../support/tokens.ts";

type Row = Readonly<Record<string, unknown>>;

interface Demo {
  readonly url: string;
  as(username: string): Promise<McpClient>;
}

const ORDERS = datasetId("orders");
const COUNT = { expressionType: "SQL", sqlExpression: "COUNT(*)", label: "n" };

async function withDemo(
  use: (demo: Demo) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const service = await startService({
    env: { ...TOKEN_SETTINGS, MCP_LOG_LEVEL: "error", ...env },
  });
  try {
    const as = async (username: string) => mcpClient(service.url, await tokenOf(username));
    await use({ url: service.url, as });
    // Nothing that a client did may have been a fault of the service's own.
    assert.deepEqual(service.printed().split("\n").filter((line) => line.startsWith("{")), []);
  } finally {
    await service.stop();
  }
}

async function answer(client: McpClient, tool: string, args: Row) {
  const { isError, content } = await client.call(tool, args);
  assert.equal(isError, false, JSON.stringify(content));
  return content;
}

function rowsOf(content: Row): readonly Row[] {
  return content.data as readonly Row[];
}

Deno.test("every chart of the demo has rows, under the columns that it names", async (t) => {
  await withDemo(async ({ as }) => {
    const admin = await as("admin");
    for (const [at, { name, viz }] of CHARTS.entries()) {
      await t.step(`${name}, ${viz}`, async () => {
        const content = await answer(admin, "get_chart_data", { identifier: at + 1 });
        assert.equal(content.chart_name, name);
        assert.ok(rowsOf(content).length > 0);
        const names = (content.columns as { name: string }[]).map(({ name }) => name);
        for (const row of rowsOf(content)) assert.deepEqual(Object.keys(row), names);
        const { queries } = await answer(admin, "get_chart_sql", { identifier: at + 1 });
        for (const { sql } of queries as { sql: string }[]) assert.match(sql, /^(SELECT|WITH)\b/i);
      });
    }
  });
});

Deno.test("a dashboard gives each of its charts, and names those that fail", async (t) => {
  await withDemo(async ({ as }) => {
    const admin = await as("admin");
    for (const [at, { title }] of DASHBOARDS.entries()) {
      await t.step(title, async () => {
        const content = await answer(admin, "get_dashboard_data", { identifier: at + 1 });
        const charts = content.charts as readonly Row[];
        assert.ok(charts.length > 0);
        assert.equal(content.succeeded, charts.length);
        for (const { status, data, chart_name } of charts) {
          assert.equal(status, "ok");
          assert.ok((data as Row[]).length > 0, String(chart_name));
        }
      });
    }
    await t.step("a filter that some charts can't take fails those alone", async () => {
      const sqlExpression = "shop_lead IS NOT NULL";
      const content = await answer(admin, "get_dashboard_data", {
        identifier: 1,
        extra_form_data: {
          adhoc_filters: [{ expressionType: "SQL", clause: "WHERE", sqlExpression }],
        },
      });
      assert.equal(content.failed, 0);
      const broken = await answer(admin, "get_dashboard_data", {
        identifier: 1,
        extra_form_data: {
          adhoc_filters: [{
            expressionType: "SQL",
            clause: "WHERE",
            sqlExpression: "quantity > 1",
          }],
        },
      });
      assert.ok(Number(broken.failed) > 0 && Number(broken.succeeded) > 0, JSON.stringify(broken));
      for (const chart of broken.charts as readonly Row[]) {
        assert.equal(chart.status === "error", typeof chart.error === "string");
        assert.ok(chart.chart_name);
      }
    });
  });
});

Deno.test("a dashboard of more rows than fit gives each chart its share, and says what it left out", async () => {
  await withDemo(async ({ as }) => {
    const admin = await as("admin");
    const args = { identifier: 1, row_limit: 1000 };
    const whole = await answer(admin, "get_dashboard_data", { ...args, row_limit: 20 });
    const content = await answer(admin, "get_dashboard_data", args);
    assert.ok(JSON.stringify(content).length / 4 <= 4000);
    let leftOut = 0;
    for (const chart of content.charts as readonly Row[]) {
      const { data, total_rows, rows_left_out = 0 } = chart;
      const given = (data as Row[]).length;
      assert.ok(given > 0);
      assert.equal(given + Number(rows_left_out), Math.min(Number(total_rows), 1000));
      leftOut += Number(rows_left_out);
    }
    assert.ok(leftOut > 0);
    assert.equal((content.charts as Row[]).length, (whole.charts as Row[]).length);
  }, { MCP_RESPONSE_TOKEN_LIMIT: "4000" });
});

Deno.test("an answer beyond the token limit comes in pages that hold each row once", async (t) => {
  await withDemo(async ({ as }) => {
    const demo = await as("demo");
    const question = {
      ...{ identifier: ORDERS, columns: ["order_id", "ordered_at", "channel", "revenue"] },
      ...{ order_by: [["order_id", true]], row_limit: 1000 },
    };
    const pages = async (tool: string, args: Row) => {
      const first = await answer(demo, tool, args);
      const all = [first];
      while (all.at(-1)!.next_cursor !== undefined) {
        assert.ok(all.length < 100, "no end of pages");
        all.push(await answer(demo, tool, { ...args, cursor: all.at(-1)!.next_cursor }));
      }
      return all;
    };
    await t.step("of a dataset", async () => {
      const all = await pages("query_dataset", question);
      assert.ok(all.length > 2);
      const ids = all.flatMap((page) => rowsOf(page).map(({ order_id }) => order_id));
      assert.equal(ids.length, 1000);
      assert.deepEqual(ids, [...new Set(ids)].sort((one, other) => Number(one) - Number(other)));
      for (const page of all) {
        assert.equal(page.total_rows, 1000);
        assert.equal(page.row_count, rowsOf(page).length);
      }
    });
    await t.step("of a chart", async () => {
      const identifier = CHARTS.findIndex(({ name }) => name === "Newest orders") + 1;
      const all = await pages("get_chart_data", { identifier });
      assert.ok(all.length > 1);
      const count = all.reduce((sum, page) => sum + rowsOf(page).length, 0);
      assert.ok(all.every(({ total_rows }) => total_rows === count));
    });
    await t.step("with a summary of the whole", async () => {
      const [first] = await pages("query_dataset", question);
      const summary = new Map(
        (first!.column_summary as { name: string }[]).map((column) => [column.name, column]),
      );
      const channel: Row = { ...summary.get("channel") };
      assert.equal(channel.distinct, 3);
      assert.equal(channel.nulls, 0);
      const order: Row = { ...summary.get("order_id") };
      assert.deepEqual([order.min, order.distinct], [1, 1000]);
      assert.ok(String({ ...summary.get("ordered_at") as Row }.min).startsWith("20"));
    });
    await t.step("and the cursor of another question is refused", async () => {
      const { next_cursor: cursor } = await answer(demo, "query_dataset", question);
      for (const args of [{ ...question, row_limit: 999 }, { ...question, cursor: "x" }]) {
        const { content } = await demo.call("query_dataset", { cursor, ...args });
        assert.equal(content.error_type, "invalid_argument");
      }
      const { content } = await (await as("nora")).call("query_dataset", { ...question, cursor });
      assert.equal(content.error_type, "invalid_argument");
    });
  }, { MCP_RESPONSE_TOKEN_LIMIT: "5000" });
});

Deno.test("rows come as CSV that reads back to the same rows", async () => {
  await withDemo(async ({ as }) => {
    const demo = await as("demo");
    const args = {
      identifier: datasetId("products"),
      columns: ["product_id", "product_name", "origin", "unit_price", {
        sqlExpression: `product_name || ', "' || category || '"'`,
        label: "both, quoted",
      }],
    };
    const json = await answer(demo, "query_dataset", args);
    const csv = await answer(demo, "query_dataset", { ...args, format: "csv" });
    assert.deepEqual(csv.data, []);
    const [names, ...lines] = readCsv(String(csv.csv_data));
    assert.deepEqual(names, [...args.columns.slice(0, -1), "both, quoted"]);
    const rows = lines.map((cells) => cells.map((text) => text === "" ? null : text));
    const expected = rowsOf(json).map((row) =>
      Object.values(row).map((value) => value === null ? null : String(value))
    );
    assert.deepEqual(rows, expected);
    assert.ok(expected.flat().some((text) => text?.includes('"')), "no cell needs quotes");
  });
});

Deno.test("a limit lowers a chart's rows and never raises them", async () => {
  await withDemo(async ({ as }) => {
    const admin = await as("admin");
    const whole = await answer(admin, "get_chart_data", { identifier: 7 });
    const few = await answer(admin, "get_chart_data", { identifier: 7, limit: 3 });
    assert.deepEqual(rowsOf(few), rowsOf(whole).slice(0, 3));
    const more = await answer(admin, "get_chart_data", { identifier: 7, limit: 100_000 });
    assert.deepEqual(rowsOf(more), rowsOf(whole));
  });
});

Deno.test("an answer says whether it was kept and how old it is, and is made anew on request", async (t) => {
  const ask = { identifier: ORDERS, columns: ["channel"], metrics: ["total_revenue"] };
  await withDemo(async ({ as }) => {
    const demo = await as("demo");
    const statusOf = async (args: Row) =>
      (await answer(demo, "query_dataset", args)).cache_status as Row;
    assert.deepEqual(await statusOf(ask), { cache_hit: false, cache_age_seconds: null });
    const hit = await statusOf(ask);
    assert.equal(hit.cache_hit, true);
    assert.ok(Number(hit.cache_age_seconds) >= 0 && Number(hit.cache_age_seconds) < 30);
    assert.equal((await statusOf({ ...ask, force_refresh: true })).cache_hit, false);
    assert.equal((await statusOf(ask)).cache_hit, true);
    const chart = await answer(demo, "get_chart_data", { identifier: 1 });
    const again = await answer(demo, "get_chart_data", { identifier: 1 });
    assert.equal((chart.cache_status as Row).cache_hit, false);
    assert.equal((again.cache_status as Row).cache_hit, true);
    assert.deepEqual(rowsOf(again), rowsOf(chart));
  });
  await t.step("nothing is kept where the cache is off", () =>
    withDemo(async ({ as }) => {
      const demo = await as("demo");
      for (let time = 0; time < 2; time++) {
        const { cache_status } = await answer(demo, "query_dataset", ask);
        assert.deepEqual(cache_status, { cache_hit: false, cache_age_seconds: null });
      }
    }, { MCP_CACHE_ENABLED: "false" }));
});

Deno.test("people under different rules get their own rows, also when one has just asked the same", async () => {
  await withDemo(async ({ as }) => {
    const args = {
      ...{ identifier: ORDERS, columns: ["region", "shop_lead"], metrics: [COUNT] },
      order_by: [["region", true], ["shop_lead", true]],
    };
    const allowed: Readonly<Record<string, (row: Row) => boolean>> = {
      demo: () => true,
      nora: ({ region }) => region === "North",
      stefan: ({ region }) => region === "South",
      sam: ({ shop_lead }) => shop_lead === "sam",
    };
    const seen = new Map<string, string>();
    for (let round = 0; round < 2; round++) {
      await Promise.all(
        Object.entries(allowed).map(async ([username, isAllowed]) => {
          const content = await answer(await as(username), "query_dataset", args);
          assert.ok(rowsOf(content).length > 0, username);
          assert.ok(rowsOf(content).every(isAllowed), username);
          assert.equal(content.row_level_rules !== undefined, username !== "demo", username);
          assert.equal((content.cache_status as Row).cache_hit, round === 1, username);
          const rows = JSON.stringify(rowsOf(content));
          assert.equal(seen.get(username) ?? rows, rows);
          seen.set(username, rows);
        }),
      );
    }
    assert.equal(new Set(seen.values()).size, 4);
  });
});

type Fault = readonly [name: string, args: Row, type: string, told: RegExp];

const FAULTS: readonly Fault[] = [
  ["a column", { columns: ["nope"] }, "invalid_argument", /'nope'.*region.*shop_lead/],
  ["a metric", { metrics: ["nope"] }, "invalid_argument", /'nope'.*order_count.*refund_rate/],
  [
    "a metric's column",
    { metrics: [{ expressionType: "SIMPLE", aggregate: "SUM", column: { column_name: "nope" } }] },
    "invalid_argument",
    /'nope'.*revenue/,
  ],
  [
    "an aggregate",
    { metrics: [{ expressionType: "SIMPLE", aggregate: "MED", column: { column_name: "items" } }] },
    "invalid_argument",
    /'MED'.*COUNT_DISTINCT/,
  ],
  [
    "an operator",
    { columns: ["region"], filters: [{ col: "region", op: "~", val: 1 }] },
    "invalid_argument",
    /'~'.*ILIKE.*TEMPORAL_RANGE/,
  ],
  [
    "an order",
    { columns: ["region"], order_by: [["nope", true]] },
    "invalid_argument",
    /'nope'.*region/,
  ],
  [
    "a time range",
    { columns: ["region"], time_range: "sometime soon" },
    "invalid_argument",
    /'sometime soon'.*Last 7 days/,
  ],
  [
    "a time column",
    { columns: ["region"], time_column: "nope", time_range: "Last year" },
    "invalid_argument",
    /'nope'.*ordered_at/,
  ],
  [
    "a time column that holds no times",
    { columns: ["region"], time_column: "region", time_range: "Last year" },
    "invalid_argument",
    /'region'.*ordered_at/,
  ],
  [
    "a time grain",
    { columns: ["ordered_at"], time_column: "ordered_at", time_grain: "P9Q", metrics: [COUNT] },
    "invalid_argument",
    /'P9Q'.*P1M.*P1Y/,
  ],
  [
    "half an expression",
    { metrics: [{ expressionType: "SQL", sqlExpression: "SUM(", label: "a" }] },
    "invalid_sql",
    /line 1, column \d+/,
  ],
  [
    "a subquery",
    { columns: [{ sqlExpression: "(SELECT 1 FROM orders)", label: "a" }] },
    "forbidden_sql",
    /subquer|SELECT/i,
  ],
  [
    "a function that is not on the list",
    { columns: [{ sqlExpression: "load_extension('x')", label: "a" }] },
    "forbidden_sql",
    /load_extension/,
  ],
];

Deno.test("what cannot be asked is refused with what can", async (t) => {
  await withDemo(async ({ as }) => {
    const admin = await as("admin");
    for (const [name, args, type, told] of FAULTS) {
      await t.step(name, async () => {
        const { isError, content } = await admin.call("query_dataset", {
          ...{ identifier: ORDERS, ...args },
        });
        assert.ok(isError, JSON.stringify(content).slice(0, 300));
        assert.equal(content.error_type, type);
        assert.match(`${content.error} ${content.hint}`, told);
      });
    }
  });
});

Deno.test("a filter on a column that does not exist is named in the answer", async () => {
  await withDemo(async ({ as }) => {
    const content = await answer(await as("admin"), "query_dataset", {
      ...{ identifier: ORDERS, columns: ["region"], metrics: [COUNT] },
      filters: [{ col: "nope", op: "==", val: 1 }],
    });
    assert.deepEqual(content.rejected_filters, ["nope"]);
  });
});

Deno.test("a client that asks for it is told how far a dashboard is", async () => {
  await withDemo(async ({ url }) => {
    const response = await fetch(`${url}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
        authorization: `Bearer ${await tokenOf("admin")}`,
      },
      body: JSON.stringify({
        ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
        params: {
          name: "get_dashboard_data",
          arguments: { identifier: 1 },
          _meta: { progressToken: "how-far" },
        },
      }),
    });
    assert.match(String(response.headers.get("content-type")), /text\/event-stream/);
    const messages = (await response.text()).split("\n").filter((line) =>
      line.startsWith("data: {")
    )
      .map((line) => JSON.parse(line.slice(6)));
    // A call that takes long first says that it runs, at 0.
    const told = messages.filter(({ method }) => method === "notifications/progress")
      .map(({ params }) => params).filter(({ progress }) => progress > 0);
    const { charts } = messages.at(-1).result.structuredContent;
    assert.ok(told.length > 0);
    for (const [at, { progressToken, progress, total }] of told.entries()) {
      assert.equal(progressToken, "how-far");
      assert.equal(total, charts.length);
      assert.ok(progress > (told[at - 1]?.progress ?? 0));
    }
  });
});

/** RFC 4180. */
function readCsv(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  for (
    const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)
  ) {
    cells.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    lines.push(cells);
    cells = [];
  }
  return lines;
}
