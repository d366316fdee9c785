/** Lists: what one costs, what it refuses, and how long its order is kept. */
import assert from "node:assert/strict";
import type { Caller } from "../../../src/auth/caller.ts";
import type { Filter } from "../../../src/dao/filters.ts";
import { type ListQuery, ORDER_TTL_MS } from "../../../src/dao/list.ts";
import { charts } from "../../../src/dao/resources/charts.ts";
import { dashboards } from "../../../src/dao/resources/dashboards.ts";
import { databases } from "../../../src/dao/resources/databases.ts";
import { datasets } from "../../../src/dao/resources/datasets.ts";
import { users } from "../../../src/dao/resources/people.ts";
import { tags } from "../../../src/dao/resources/tags.ts";
import { ServiceError } from "../../../src/errors.ts";
import { allIds, demoDatabase, NOW, openWorkbench, withDemo } from "../../support/workbench.ts";

Deno.test("a whole UUID finds its dashboard by search, part of one finds none", async () => {
  await withDemo(async (bench, caller) => {
    const { uuid } = await bench.dao.get(dashboards, caller, 3, ["uuid"]);
    assert.deepEqual(await allIds(bench, caller, dashboards, { search: String(uuid) }), [3]);
    const part = String(uuid).slice(0, 13);
    assert.deepEqual(await allIds(bench, caller, dashboards, { search: part }), []);
  });
});

Deno.test("a list costs as many statements for a hundred objects as for one", async () => {
  await withDemo(async (bench, caller) => {
    for (const resource of [charts, dashboards, datasets, databases, tags, users]) {
      const cost = async (pageSize: number, columns: readonly string[]) => {
        bench.database.statements.length = 0;
        await bench.dao.list(resource, caller, { page: 1, pageSize, columns });
        return bench.database.statements.length;
      };
      assert.equal(await cost(100, []), 2, resource.plural);
      const everything = bench.dao.shape(resource).select;
      // One for each kind of related object that the columns hold or are made of.
      const related = Object.values(resource.columns).filter(({ source }) => source === "related");
      assert.equal(await cost(1, everything), 2 + related.length, resource.plural);
      assert.equal(await cost(100, everything), 2 + related.length, resource.plural);
    }
  });
});

Deno.test("refuses more filter values than a statement can hold", async () => {
  await withDemo(async (bench, caller) => {
    const value = Array.from({ length: 1000 }, (_, index) => index);
    const filters = Array.from({ length: 50 }, (): Filter => ({ col: "id", opr: "in", value }));
    await assert.rejects(allIds(bench, caller, charts, { filters }), {
      name: "ServiceError",
      type: "invalid_argument",
    });
    assert.equal((await allIds(bench, caller, charts, { filters: [filters[0]!] })).length, 30);
  });
});

/** Questions about a list itself that can't be answered, and what the refusal names. */
const REFUSED: readonly (readonly [string, Partial<ListQuery>, RegExp])[] = [
  ["a column that does not exist", { columns: ["id", "nope"] }, /'nope'.*Choose from: id, uuid/],
  ["an internal column", { columns: ["stored_position"] }, /'stored_position'/],
  ["a column of Object.prototype", { columns: ["constructor"] }, /'constructor'/],
  ["SQL as a column", { columns: ["id, (select 1)"] }, /Choose from/],
  ["an order that does not exist", { orderColumn: "nope" }, /'nope'.*Sort by one of/],
  ["an order by what can't be sorted", { orderColumn: "css" }, /'css'.*Sort by one of/],
  ["SQL as an order", { orderColumn: "id; drop table dashboards" }, /Sort by one of/],
  ["a NUL in a search", { search: "a\0b" }, /NUL/],
];

Deno.test("refuses a list that can't be meant, naming what would do", async (t) => {
  await withDemo(async (bench, caller) => {
    for (const [name, query, words] of REFUSED) {
      await t.step(name, async () => {
        bench.database.statements.length = 0;
        await assert.rejects(
          bench.dao.list(dashboards, caller, { page: 1, pageSize: 10, ...query }),
          (error) => {
            assert.ok(error instanceof ServiceError);
            assert.equal(error.type, "invalid_argument");
            assert.match(`${error.message} ${error.hint ?? ""}`, words);
            return true;
          },
        );
        assert.deepEqual(bench.database.statements, []);
      });
    }
  });
});

Deno.test("the order of a list is kept for a moment, and what stands on a page is not", async () => {
  let now = NOW;
  let rename: (name: string) => void = () => {};
  const database = demoDatabase((db) => {
    rename = (name) => db.prepare("UPDATE slices SET slice_name = ? WHERE id = 1").run(name);
  });
  const bench = await openWorkbench(database, { cache: true, now: () => now });
  const caller = await bench.caller("admin");
  const first = async () => {
    bench.database.statements.length = 0;
    const { items } = await bench.dao.list(charts, caller, {
      page: 1,
      pageSize: 30,
      orderColumn: "slice_name",
      orderDirection: "asc",
    });
    const at = items.findIndex(({ id }) => id === 1);
    return { at, name: items[at]?.slice_name, cost: bench.database.statements.length };
  };
  const before = await first();
  rename("AAA");
  assert.deepEqual(await first(), { at: before.at, name: "AAA", cost: 1 });
  now += ORDER_TTL_MS + 1;
  assert.deepEqual(await first(), { at: 0, name: "AAA", cost: 2 });
  await bench.close();
});

Deno.test("a list's order belongs to one caller and to the grants they had", async () => {
  let grant: () => void = () => {};
  const database = demoDatabase((db) => {
    grant = () =>
      db.exec(`INSERT INTO ab_user_role (id, user_id, role_id)
        SELECT 9999, u.id, r.id FROM ab_user u, ab_role r
         WHERE u.username = 'vera' AND r.name = 'Alpha'`);
  });
  const bench = await openWorkbench(database, { cache: true });
  const count = async (caller: Caller) => (await allIds(bench, caller, charts)).length;
  const vera = await bench.caller("vera");
  assert.equal(await count(await bench.caller("admin")), 30);
  assert.equal(await count(vera), 0);
  grant();
  assert.equal(await count(await bench.caller("vera")), 30);
  await bench.close();
});

Deno.test("a list's order is never another tenant's", async () => {
  const bench = await openWorkbench(demoDatabase(), { cache: true });
  const admin = await bench.caller("admin");
  const cost = async (tenant: string | null) => {
    const before = bench.database.statements.length;
    await allIds(bench, { ...admin, tenant }, charts);
    return bench.database.statements.length - before;
  };
  assert.deepEqual([await cost("a"), await cost("a"), await cost("b"), await cost(null)], [
    2,
    1,
    2,
    2,
  ]);
  await bench.close();
});

Deno.test("what was hidden after the order was read is not on its pages", async () => {
  let hide: () => void = () => {};
  const database = demoDatabase((db) => {
    hide = () => db.exec("UPDATE slices SET perm = 'x', schema_perm = 'x' WHERE datasource_id = 4");
  });
  const bench = await openWorkbench(database, { cache: true });
  const nora = await bench.caller("nora");
  const names = async () => {
    const { items } = await bench.dao.list(charts, nora, { page: 1, pageSize: 100 });
    return items.map(({ slice_name }) => slice_name);
  };
  assert.ok((await names()).includes("Revenue trend"));
  hide();
  assert.ok(!(await names()).includes("Revenue trend"));
  await bench.close();
});
