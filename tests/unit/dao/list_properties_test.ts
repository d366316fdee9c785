/** Lists: what holds for any question. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Filter, type FilterValue, OPERATORS } from "../../../src/dao/filters.ts";
import type { ListQuery } from "../../../src/dao/list.ts";
import type { ColumnType, Resource, Values } from "../../../src/dao/resource.ts";
import { charts } from "../../../src/dao/resources/charts.ts";
import { dashboards } from "../../../src/dao/resources/dashboards.ts";
import { databases } from "../../../src/dao/resources/databases.ts";
import { datasets } from "../../../src/dao/resources/datasets.ts";
import { users } from "../../../src/dao/resources/people.ts";
import { savedQueries } from "../../../src/dao/resources/saved_queries.ts";
import { tags } from "../../../src/dao/resources/tags.ts";
import { ServiceError } from "../../../src/errors.ts";
import {
  allIds,
  demoDatabase,
  idsOf,
  NOW,
  openWorkbench,
  withDemo,
} from "../../support/workbench.ts";

const RESOURCES = [charts, dashboards, datasets, databases, tags, savedQueries, users];
/** Stands in every text that the properties ask with. */
const MARK = "zq";

const word = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("%", "_", "\\", "'", '"', "' or 1=1 --", "$1", "?", "a\0b", "\ud800", "Revenue"),
);
const marked = word.map((text) => `${MARK}${text}`);
const scalar: fc.Arbitrary<FilterValue> = fc.oneof(
  marked,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.uuid(),
);

/** Filters with any column and value, so that most are refused and some run. */
function anyFilter(resource: Resource): fc.Arbitrary<Filter> {
  const names = [...Object.keys(resource.columns), ...Object.keys(resource.relationFilters)];
  return fc.record({
    col: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, marked),
    opr: fc.constantFrom(...OPERATORS),
    value: fc.oneof(scalar, fc.array(scalar, { maxLength: 5 }), fc.constant(null)),
  });
}

function anyQuery(resource: Resource): fc.Arbitrary<ListQuery> {
  const names = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...resource.defaults) },
    { weight: 2, arbitrary: fc.constantFrom(...Object.keys(resource.columns)) },
    { weight: 1, arbitrary: marked },
  );
  return fc.record({
    page: fc.integer({ min: 1, max: 1_000_000 }),
    pageSize: fc.integer({ min: 1, max: 100 }),
    search: fc.option(marked),
    filters: fc.array(anyFilter(resource), { maxLength: 2 }),
    columns: fc.oneof(fc.constant([]), fc.array(names, { maxLength: 4 })),
    orderColumn: fc.option(names),
    orderDirection: fc.option(fc.constantFrom("asc" as const, "desc" as const)),
  });
}

for (const resource of RESOURCES) {
  Deno.test(`a list of ${resource.plural} answers any question, or says what is wrong with it`, async () => {
    await withDemo(async (bench, caller) => {
      let answered = 0;
      const property = fc.asyncProperty(anyQuery(resource), async (query) => {
        bench.database.statements.length = 0;
        const thrown = await bench.dao.list(resource, caller, query).then(() => null, (e) => e);
        if (thrown === null) answered++;
        else {
          assert.ok(thrown instanceof ServiceError, String(thrown));
          assert.equal(thrown.type, "invalid_argument", thrown.message);
        }
        for (const { sql } of bench.database.statements) assert.ok(!sql.includes(MARK), sql);
      });
      await fc.assert(property, { numRuns: 150 });
      assert.ok(answered > 0, "every question was refused");
    });
  });
}

Deno.test("pages of any size add up to the whole list, in its order", async () => {
  await withDemo(async (bench, caller) => {
    const question = fc.record({
      resource: fc.constantFrom(charts, datasets, dashboards, tags, users),
      pageSize: fc.integer({ min: 1, max: 40 }),
      direction: fc.constantFrom("asc" as const, "desc" as const),
      sortBy: fc.nat(),
    });
    const property = fc.asyncProperty(
      question,
      async ({ resource, pageSize, direction, sortBy }) => {
        const sorts = bench.dao.shape(resource).sort;
        const order = { orderColumn: sorts[sortBy % sorts.length]!, orderDirection: direction };
        const whole = await allIds(bench, caller, resource, order);
        const paged: number[] = [];
        for (let page = 1; page <= Math.ceil(whole.length / pageSize) + 1; page++) {
          const query = { page, pageSize, columns: ["id"], ...order };
          const { items, totalCount } = await bench.dao.list(resource, caller, query);
          assert.equal(totalCount, whole.length);
          paged.push(...idsOf(items));
        }
        assert.deepEqual(paged, whole);
        assert.equal(new Set(whole).size, whole.length);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});

Deno.test("a sort order is that of the values, nothing last, equal values by id", async () => {
  await withDemo(async (bench, caller) => {
    for (const direction of ["asc", "desc"] as const) {
      const { items } = await bench.dao.list(charts, caller, {
        page: 1,
        pageSize: 100,
        columns: ["id", "description"],
        orderColumn: "description",
        orderDirection: direction,
      });
      const sign = direction === "asc" ? 1 : -1;
      const expected = [...items].sort((one, other) => {
        const [a, b] = [one.description as string | null, other.description as string | null];
        if (a === b) return sign * ((one.id as number) - (other.id as number));
        if (a === null || b === null) return a === null ? 1 : -1;
        return sign * (a < b ? -1 : 1);
      });
      assert.deepEqual(idsOf(items), idsOf(expected), direction);
    }
  });
});

/** Operators that together keep each object with a value once. */
const OPPOSITES = [["eq", "ne"], ["in", "nin"], ["gt", "lte"], ["lt", "gte"]] as const;

const VALUES: Readonly<Partial<Record<ColumnType, fc.Arbitrary<FilterValue>>>> = {
  str: fc.oneof(word.filter((text) => !text.includes("\0")), fc.constantFrom("pie", "table")),
  int: fc.integer({ min: -5, max: 40 }),
  bool: fc.boolean(),
  datetime: fc.date({ min: new Date(NOW - 200 * 864e5), max: new Date(NOW), noInvalidDate: true })
    .map((date) => date.toISOString()),
  uuid: fc.uuid(),
};

Deno.test("a filter and its opposite share out what has a value", async () => {
  await withDemo(async (bench, caller) => {
    const question = fc.constantFrom(charts, dashboards, datasets).chain((resource) => {
      const columns = Object.entries(bench.dao.shape(resource).filter)
        .filter(([name]) => resource.columns[name]?.source === "stored");
      const pairs = columns.flatMap(([col, operators]) =>
        OPPOSITES.filter(([opr]) => operators.includes(opr)).map((pair) => ({ col, pair }))
      );
      return fc.constantFrom(...pairs).chain(({ col, pair }) =>
        VALUES[resource.columns[col]!.type]!.map((value) => ({ resource, col, pair, value }))
      );
    });
    const property = fc.asyncProperty(question, async ({ resource, col, pair, value }) => {
      const keep = (filter: Filter) => allIds(bench, caller, resource, { filters: [filter] });
      const [one, other] = await Promise.all(pair.map((opr) => keep({ col, opr, value })));
      const withValue = await keep({ col, opr: "is_not_null" });
      const without = await keep({ col, opr: "is_null" });
      assert.deepEqual([...one!, ...other!].sort(), withValue.sort());
      const all = await allIds(bench, caller, resource);
      assert.deepEqual([...withValue, ...without].sort(), all.sort());
    });
    await fc.assert(property, { numRuns: 150 });
  });
});

Deno.test("filters on related objects and their opposites share out everything", async () => {
  await withDemo(async (bench, caller) => {
    const question = fc.constantFrom(charts, dashboards, datasets).chain((resource) =>
      fc.constantFrom(...Object.entries(resource.relationFilters)).chain(([col, { type }]) =>
        VALUES[type]!.map((value) => ({ resource, col, value }))
      )
    );
    const property = fc.asyncProperty(question, async ({ resource, col, value }) => {
      const keep = (opr: "eq" | "ne") =>
        allIds(bench, caller, resource, { filters: [{ col, opr, value }] });
      const both = [...await keep("eq"), ...await keep("ne")];
      assert.deepEqual(both.sort(), (await allIds(bench, caller, resource)).sort());
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

Deno.test("search finds the objects that hold the words in one of the columns, whatever their case", async () => {
  const odd = "UPDATE slices SET description = 'ÄRGER über 100%_x\\y' WHERE id = 6";
  const bench = await openWorkbench(demoDatabase((db) => db.exec(odd)));
  const caller = await bench.caller("admin");
  const words = fc.oneof(
    fc.constantFrom("ärger", "100%", "%", "_", "\\", "REVENUE", "by", "nothing at all", "Ü", "'"),
    fc.string({ minLength: 1, maxLength: 3 }),
  );
  for (const resource of [charts, dashboards, datasets, tags]) {
    const { items } = await bench.dao.list(resource, caller, {
      page: 1,
      pageSize: 100,
      columns: ["id", ...resource.search],
    });
    const property = fc.asyncProperty(words, async (search) => {
      const sought = search.trim().toLowerCase();
      const holds = (item: Values) =>
        resource.search.filter((name) => name !== "uuid").some((name) =>
          String(item[name] ?? "").toLowerCase().includes(sought)
        );
      const expected = sought === "" ? idsOf(items) : idsOf(items.filter(holds));
      assert.deepEqual(await allIds(bench, caller, resource, { search }), expected);
    });
    await fc.assert(property, { numRuns: 60 });
  }
  await bench.close();
});
