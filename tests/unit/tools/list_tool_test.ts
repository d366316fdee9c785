/** What every list tool answers beside its objects, and what a list costs. */
import assert from "node:assert/strict";
import { TOOLS } from "../../../src/tools/registry.ts";
import { type Answer, withDemoHandlers } from "../../support/demo_handlers.ts";

const LISTS = TOOLS.filter(({ input }) => "select_columns" in input.shape && "page" in input.shape)
  .map(({ name }) => name);

Deno.test("a page says where it stands in the list", async () => {
  await withDemoHandlers(async ({ call }) => {
    const frame = async (args: Record<string, unknown>) => {
      const { charts, columns_available: _, ...rest } = await call("admin", "list_charts", args);
      assert.equal(rest.count, charts.length);
      return rest;
    };
    const whole = { total_count: 30, page_size: 7, total_pages: 5 };
    const middle = { ...whole, count: 7, page: 2, has_next: true, has_previous: true };
    assert.deepEqual(await frame({ page: 2, page_size: 7 }), middle);
    const last = { ...whole, count: 2, page: 5, has_next: false, has_previous: true };
    assert.deepEqual(await frame({ page: 5, page_size: 7 }), last);
    const beyond = { ...whole, count: 0, page: 6, has_next: false, has_previous: true };
    assert.deepEqual(await frame({ page: 6, page_size: 7 }), beyond);
    assert.equal((await frame({ page: 1_000_000, page_size: 100 })).count, 0);
    const first = await frame({});
    assert.deepEqual([first.page, first.page_size, first.has_previous], [1, 10, false]);
    const none = await frame({ search: "nothing like it" });
    assert.deepEqual([none.count, none.total_count, none.total_pages], [0, 0, 0]);
    assert.equal(none.has_next, false);
  });
});

Deno.test("chosen columns are given and no others, in every list", async () => {
  await withDemoHandlers(async ({ call }) => {
    for (const tool of LISTS) {
      const whole = await call("admin", tool, { page_size: 1 });
      const key = tool.replace("list_", "");
      for (const column of whole.columns_available) {
        const { [key]: items } = await call("admin", tool, { select_columns: [column] });
        for (const item of items) assert.deepEqual(Object.keys(item), [column]);
      }
      const { [key]: items } = await call("admin", tool, { select_columns: [] });
      assert.deepEqual(Object.keys(items[0] ?? {}), Object.keys(whole[key][0] ?? {}));
    }
  });
});

Deno.test("mine are those I made or changed", async () => {
  await withDemoHandlers(async ({ call }) => {
    const ids = async (username: string, args: Record<string, unknown>) =>
      (await call(username, "list_charts", { ...args, page_size: 100 })).charts
        .map(({ id }: Answer) => id).sort((a: number, b: number) => a - b);
    assert.deepEqual(await ids("fiona", { created_by_me: true }), [9, 16, 19, 29, 30]);
    assert.deepEqual(await ids("fiona", { created_by_me: true, search: "margin" }), [9, 16]);
    assert.equal((await ids("fiona", { created_by_me: false })).length, 30);
    const edited = await ids("fiona", { edited_by_me: true });
    const byFilter = { filters: [{ col: "changed_by_fk", opr: "eq", value: 6 }] };
    assert.deepEqual(edited, await ids("fiona", byFilter));
  });
});

Deno.test("a list runs the same statements for a hundred objects as for one", async () => {
  await withDemoHandlers(async ({ call, bench }) => {
    const admin = await bench.caller("admin");
    for (const tool of LISTS) {
      const cost = async (page_size: number, select_columns: string[]) => {
        bench.database.statements.length = 0;
        await call(admin, tool, { page_size, select_columns });
        return bench.database.statements.map(({ sql }) => sql).sort();
      };
      const { columns_available: columns } = await call(admin, tool);
      for (const chosen of [[], columns]) {
        assert.deepEqual(await cost(100, chosen), await cost(1, chosen), tool);
      }
      assert.ok((await cost(100, [])).length <= 4, tool);
    }
  });
});

Deno.test("an answer that would be too large is cut, and goes on at its cursor to the same whole", async () => {
  const columns = ["id", "slice_name", "params", "query_context"];
  const env = { MCP_RESPONSE_TOKEN_LIMIT: "5000" };
  await withDemoHandlers(async ({ call, fails }) => {
    const args = { page: 1, page_size: 30, select_columns: columns, order_column: "id" };
    const ids: number[] = [];
    let pages = 0;
    let cursor: string | undefined;
    do {
      const answer: Answer = await call("admin", "list_charts", { ...args, cursor });
      assert.ok(JSON.stringify(answer).length <= 5000 * 4);
      assert.equal(answer.total_count, 30);
      ids.push(...answer.charts.map(({ id }: Answer) => id));
      cursor = answer.next_cursor;
      pages++;
    } while (cursor !== undefined && pages < 40);
    assert.ok(pages > 1, "nothing was cut");
    assert.deepEqual(ids, Array.from({ length: 30 }, (_, index) => index + 1));
    for (const bad of ["", "x", "e30=", btoa('{"skip":-1}'), btoa('{"skip":1e9}'), btoa("null")]) {
      const { error_type } = await fails("admin", "list_charts", { ...args, cursor: bad });
      assert.equal(error_type, "invalid_argument", bad);
    }
  }, { env });
});

/** What is asked of list_charts, and words of the refusal. */
const REFUSED: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ["page 0", { page: 0 }, /page: is too small/],
  ["a negative page", { page: -1 }, /page: is too small/],
  ["an absurd page", { page: 1e15 }, /page: is too big/],
  ["a page that is infinite as text", { page: "1e999" }, /page: expected number/],
  ["page_size 0", { page_size: 0 }, /page_size: is too small/],
  ["page_size 101", { page_size: 101 }, /page_size: is too big/],
  ["an argument of another tool", { identifier: 5 }, /takes no 'identifier'/],
  ["a search that is a number", { search: 5 }, /search: expected string/],
  ["a search without an end", { search: "x".repeat(501) }, /search: is too big/],
  ["an operator that is none", { filters: [{ col: "id", opr: "=", value: 1 }] }, /filters\.0\.opr/],
  ["a filter that is text", { filters: "id = 1" }, /filters\.0/],
  ["a filter with more", { filters: [{ col: "id", opr: "eq", value: 1, or: 1 }] }, /filters\.0/],
  [
    "an object for a value",
    { filters: [{ col: "id", opr: "eq", value: {} }] },
    /filters\.0\.value/,
  ],
  [
    "a column that does not exist",
    { filters: [{ col: "password", opr: "eq", value: 1 }] },
    /'password'.*Filter by one of: id/,
  ],
  [
    "SQL for a column",
    { filters: [{ col: "1=1) or (1", opr: "eq", value: 1 }] },
    /Filter by one of/,
  ],
  ["SQL for a selected column", { select_columns: ["id from ab_user --"] }, /Choose from/],
  ["SQL for an order", { order_column: "(select 1)" }, /Sort by one of/],
  ["SQL for a direction", { order_direction: "asc; drop table slices" }, /order_direction/],
];

for (const [name, args, words] of REFUSED) {
  Deno.test(`refuses ${name} before any statement runs`, async () => {
    await withDemoHandlers(async ({ fails, bench }) => {
      const admin = await bench.caller("admin");
      bench.database.statements.length = 0;
      const { error_type, error, hint } = await fails(admin, "list_charts", args);
      assert.equal(error_type, "invalid_argument");
      assert.match(`${error} ${hint}`, words);
      assert.deepEqual(bench.database.statements, []);
    });
  });
}

Deno.test("SQL in a value finds what holds it, which is nothing, and changes nothing", async () => {
  const values = [
    "' or '1'='1",
    "'; drop table slices; --",
    "%' or 1=1 or '",
    "\\' or 1=1 --",
    "$1",
  ];
  await withDemoHandlers(async ({ call }) => {
    for (const value of values) {
      for (const opr of ["eq", "in", "sw", "ew", "like", "ilike"]) {
        const { total_count } = await call("admin", "list_charts", {
          filters: [{ col: "slice_name", opr, value }],
        });
        assert.equal(total_count, 0, `${opr} ${value}`);
      }
      assert.equal((await call("admin", "list_charts", { search: value })).total_count, 0);
      assert.equal((await call("admin", "list_charts")).total_count, 30);
    }
  });
});
