/**
 * Filters as pairs: what a filter is in SQL of each dialect, and which objects it keeps. The SQL is
 * compared as text and also run, on the demo in SQLite and, where their programs are, in PostgreSQL and
 * MariaDB; what it keeps is told by a plain reading of the rows.
 */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { type Filter, filterCondition, OPERATORS } from "../../../src/dao/filters.ts";
import type { Resource } from "../../../src/dao/resource.ts";
import { charts } from "../../../src/dao/resources/charts.ts";
import { dashboards } from "../../../src/dao/resources/dashboards.ts";
import { datasets } from "../../../src/dao/resources/datasets.ts";
import { DIALECTS } from "../../../src/dao/sql.ts";
import { viewOf } from "../../../src/dao/visibility.ts";
import { openMetadataDatabase } from "../../../src/drivers/open_metadata.ts";
import { ServiceError } from "../../../src/errors.ts";
import { copyDemoToMariadb } from "../../support/demo_in_mariadb.ts";
import { copyDemo } from "../../support/demo_in_postgresql.ts";
import { hasMariadb, startMariadb } from "../../support/mariadb.ts";
import { postgresqlPrograms, startPostgresql } from "../../support/postgresql.ts";
import { demoDatabase, NOW, openWorkbench, type Workbench } from "../../support/workbench.ts";

const SETTINGS = { dashboardRoles: true, rbacEnabled: true };

type Value = Filter["value"];
/** Of a column's stored value: null, a number, text. */
type Fits = (value: unknown) => boolean;

interface Case {
  readonly resource: Resource;
  readonly filter: Filter;
  /** With `?` for each value. */
  readonly sql: Spellings;
  readonly fits: Fits;
}

/** One condition in SQL of each dialect. */
interface Spellings {
  readonly sqlite: string;
  readonly postgresql: string;
  readonly mysql: string;
}

const text = (value: unknown): string => String(value);
const UUID = "b5007938-d7b2-47fe-a507-ec5b421630d9";

/** Changes to the demo so that each column has values, none and odd ones. */
function vary(db: DatabaseSync): void {
  db.exec(`
    UPDATE slices SET cache_timeout = id * 10 WHERE id % 3 = 0;
    UPDATE slices SET description = '100% of 5_a\\b' WHERE id = 4;
    UPDATE slices SET description = '100 of 5xa' WHERE id = 6;
    UPDATE slices SET description = 'ÄRGER und Straße' WHERE id = 8;
    UPDATE slices SET uuid = X'${UUID.replaceAll("-", "")}' WHERE id = 9;
    UPDATE slices SET uuid = NULL WHERE id = 10;
    UPDATE dashboards SET published = NULL WHERE id = 2;
    UPDATE slices SET last_saved_at = changed_on WHERE id % 2 = 0;
    UPDATE tables SET description = '' WHERE id = 1`);
}

const made: Case[] = [];

/** MySQL quotes names with backticks. */
const ticked = (sql: string): string => sql.replaceAll('"', "`");

/** Cases of one column: operator, value, SQL (one text where only the quotes differ), what fits. */
function of(
  resource: Resource,
  col: string,
  cases: readonly (readonly [Filter["opr"], Value, string | Spellings, Fits])[],
): void {
  for (const [opr, value, sql, fits] of cases) {
    const spellings = typeof sql === "string"
      ? { sqlite: sql, postgresql: sql, mysql: ticked(sql) }
      : sql;
    const filter = value === undefined ? { col, opr } : { col, opr, value };
    made.push({ resource, filter, sql: spellings, fits });
  }
}

const NAME = '"slices"."slice_name"';
const DESCRIPTION = '"slices"."description"';
const inUtf8 = (column: string): string => `convert(${ticked(column)} using utf8mb4)`;
/** A comparison of text, letter for letter. */
const exact = (column: string, comparison: string): Spellings => ({
  sqlite: `${column} ${comparison}`,
  postgresql: `${column} ${comparison}`,
  mysql: `cast(${inUtf8(column)} as binary) ${comparison}`,
});
const like = (column: string): Spellings => ({
  sqlite: `${column} like ? escape '\\'`,
  postgresql: `${column}::text like ? escape '\\'`,
  mysql: `${inUtf8(column)} collate utf8mb4_bin like ? escape '\\'`,
});
const ilike = (column: string): Spellings => ({
  sqlite: `fold_case(${column}) like ? escape '\\'`,
  postgresql: `${column}::text ilike ? escape '\\'`,
  mysql: `lower(${inUtf8(column)}) collate utf8mb4_bin like lower(?) escape '\\'`,
});
const isText = (value: unknown): value is string => typeof value === "string";

of(charts, "slice_name", [
  ["eq", "Revenue trend", exact(NAME, "= ?"), (v) => v === "Revenue trend"],
  ["eq", "revenue trend", exact(NAME, "= ?"), () => false],
  ["ne", "Revenue trend", exact(NAME, "<> ?"), (v) => v !== null && v !== "Revenue trend"],
  [
    "in",
    ["Gold cards", "Newest orders", "x"],
    exact(NAME, "in (?, ?, ?)"),
    (v) => ["Gold cards", "Newest orders"].includes(text(v)),
  ],
  ["in", [], "1 = 0", () => false],
  [
    "nin",
    ["Gold cards", "Newest orders"],
    exact(NAME, "not in (?, ?)"),
    (v) => !["Gold cards", "Newest orders"].includes(text(v)),
  ],
  ["nin", [], "1 = 1", () => true],
  ["sw", "Revenue", like(NAME), (v) => text(v).startsWith("Revenue")],
  ["sw", "revenue", like(NAME), () => false],
  ["ew", "region", like(NAME), (v) => text(v).endsWith("region")],
  ["like", "by", like(NAME), (v) => text(v).includes("by")],
  ["like", "BY", like(NAME), () => false],
  ["ilike", "BY", ilike(NAME), (v) => text(v).toLowerCase().includes("by")],
]);
of(charts, "description", [
  ["is_null", undefined, `${DESCRIPTION} is null`, (v) => v === null],
  ["is_not_null", undefined, `${DESCRIPTION} is not null`, (v) => v !== null],
  ["is_null", "ignored", `${DESCRIPTION} is null`, (v) => v === null],
  ["ne", "x", exact(DESCRIPTION, "<> ?"), (v) => v !== null],
  ["sw", "100%", like(DESCRIPTION), (v) => isText(v) && v.startsWith("100%")],
  ["ew", "_a\\b", like(DESCRIPTION), (v) => isText(v) && v.endsWith("_a\\b")],
  // In `like` the wildcards are the client's, the backslash is a letter.
  ["like", "100%5_a", like(DESCRIPTION), (v) => isText(v) && /100.*5.a/.test(v)],
  ["like", "a\\b", like(DESCRIPTION), (v) => isText(v) && v.includes("a\\b")],
  ["ilike", "ärger", ilike(DESCRIPTION), (v) => isText(v) && v.includes("ÄRGER")],
  ["ilike", "STRAßE", ilike(DESCRIPTION), (v) => isText(v) && v.includes("Straße")],
]);
const TIMEOUT = '"slices"."cache_timeout"';
of(charts, "cache_timeout", [
  ["eq", 30, `${TIMEOUT} = ?`, (v) => v === 30],
  ["eq", "30", `${TIMEOUT} = ?`, (v) => v === 30],
  ["ne", 30, `${TIMEOUT} <> ?`, (v) => v !== null && v !== 30],
  ["in", [30, 60, -1], `${TIMEOUT} in (?, ?, ?)`, (v) => v === 30 || v === 60],
  ["nin", [30, 60], `${TIMEOUT} not in (?, ?)`, (v) => v !== null && v !== 30 && v !== 60],
  ["gt", 90, `${TIMEOUT} > ?`, (v) => v !== null && Number(v) > 90],
  ["gte", 90, `${TIMEOUT} >= ?`, (v) => v !== null && Number(v) >= 90],
  ["lt", 90, `${TIMEOUT} < ?`, (v) => v !== null && Number(v) < 90],
  ["lte", 90, `${TIMEOUT} <= ?`, (v) => v !== null && Number(v) <= 90],
  ["is_null", undefined, `${TIMEOUT} is null`, (v) => v === null],
  ["is_not_null", undefined, `${TIMEOUT} is not null`, (v) => v !== null],
]);
const CHANGED = '"slices"."changed_on"';
const DAY = "2026-11-04 15:16:24.271828";
of(charts, "changed_on", [
  ["eq", "2026-11-04T15:16:24.271828", `${CHANGED} = ?`, (v) => v === DAY],
  ["eq", "2026-11-04T16:16:24.271828+01:00", `${CHANGED} = ?`, (v) => v === DAY],
  ["ne", "2026-11-04 15:16:24.271828Z", `${CHANGED} <> ?`, (v) => v !== DAY],
  ["in", ["2026-11-04T15:16:24.271828", "2026-01-01"], `${CHANGED} in (?, ?)`, (v) => v === DAY],
  ["nin", ["2026-11-04T15:16:24.271828"], `${CHANGED} not in (?)`, (v) => v !== DAY],
  ["gt", "2026-11-04T15:16:24.271828", `${CHANGED} > ?`, (v) => text(v) > DAY],
  ["gte", "2026-11-04T15:16:24.271828", `${CHANGED} >= ?`, (v) => text(v) >= DAY],
  ["lt", "2026-11-04", `${CHANGED} < ?`, (v) => text(v) < "2026-11-04"],
  ["lte", "2026-11-04T15:16", `${CHANGED} <= ?`, (v) => text(v) <= "2026-11-04 15:16"],
  ["is_null", undefined, `${CHANGED} is null`, () => false],
  ["is_not_null", undefined, `${CHANGED} is not null`, () => true],
]);
const PUBLISHED = '"dashboards"."published"';
of(dashboards, "published", [
  ["eq", true, `${PUBLISHED} = ?`, (v) => v === 1],
  ["eq", "false", `${PUBLISHED} = ?`, (v) => v === 0],
  ["ne", true, `${PUBLISHED} <> ?`, (v) => v === 0],
  ["in", [true, false], `${PUBLISHED} in (?, ?)`, (v) => v !== null],
  ["nin", [true], `${PUBLISHED} not in (?)`, (v) => v === 0],
  ["is_null", undefined, `${PUBLISHED} is null`, (v) => v === null],
  ["is_not_null", undefined, `${PUBLISHED} is not null`, (v) => v !== null],
]);
const CHART_UUID = '"slices"."uuid"';
const bytes = (value: unknown) =>
  value === null ? null : new Uint8Array(value as Uint8Array).toHex();
const HEX = UUID.replaceAll("-", "");
of(charts, "uuid", [
  ["eq", UUID, `${CHART_UUID} = ?`, (v) => bytes(v) === HEX],
  ["eq", HEX.toUpperCase(), `${CHART_UUID} = ?`, (v) => bytes(v) === HEX],
  ["ne", UUID, `${CHART_UUID} <> ?`, (v) => v !== null && bytes(v) !== HEX],
  ["in", [UUID], `${CHART_UUID} in (?)`, (v) => bytes(v) === HEX],
  ["nin", [UUID], `${CHART_UUID} not in (?)`, (v) => v !== null && bytes(v) !== HEX],
  ["is_null", undefined, `${CHART_UUID} is null`, (v) => v === null],
  ["is_not_null", undefined, `${CHART_UUID} is not null`, (v) => v !== null],
]);
const DATABASE = "(select d.database_name from dbs d where d.id = tables.database_id)";
of(datasets, "database_name", [
  ["eq", "Lindgrove", exact(DATABASE, "= ?"), () => true],
  ["sw", "Lind", like(DATABASE), () => true],
  ["ilike", "lindGROVE", ilike(DATABASE), () => true],
  ["ne", "Lindgrove", exact(DATABASE, "<> ?"), () => false],
]);

/** Filters on related rows, by the ids they keep for the demo's admin. */
const RELATED: readonly (readonly [Resource, Filter, readonly number[]])[] = [
  [dashboards, { col: "owner", opr: "eq", value: 6 }, [4, 5]],
  [dashboards, { col: "owner", opr: "ne", value: 6 }, [1, 2, 3]],
  [dashboards, { col: "owner", opr: "in", value: [2, 8] }, [1, 3]],
  [dashboards, { col: "owner", opr: "nin", value: [2, 8] }, [2, 4, 5]],
  [dashboards, { col: "tag", opr: "eq", value: "profit" }, [4]],
  [dashboards, { col: "tag", opr: "in", value: ["service", "shops"] }, [2, 3]],
  [dashboards, { col: "tag", opr: "ne", value: "profit" }, [1, 2, 3, 5]],
  [dashboards, { col: "chart", opr: "eq", value: 18 }, [2]],
  [dashboards, { col: "dataset", opr: "eq", value: 9 }, [4]],
  [dashboards, { col: "certified", opr: "eq", value: true }, [1, 4]],
  [dashboards, { col: "certified", opr: "ne", value: true }, [2, 3, 5]],
  [dashboards, { col: "favorite", opr: "eq", value: true }, []],
  [dashboards, { col: "favorite", opr: "eq", value: false }, [1, 2, 3, 4, 5]],
  [charts, { col: "dashboard", opr: "eq", value: 4 }, [9, 16, 29]],
  [charts, { col: "dataset", opr: "in", value: [9, 10] }, [9, 16, 23]],
  [charts, { col: "tag", opr: "eq", value: "staff" }, [29, 30]],
  [datasets, { col: "virtual", opr: "eq", value: true }, [9, 10, 11]],
  [datasets, { col: "virtual", opr: "ne", value: true }, [1, 2, 3, 4, 5, 6, 7, 8]],
  [datasets, { col: "chart", opr: "eq", value: 23 }, [10]],
];

function said({ resource, filter }: Pick<Case, "resource" | "filter">): string {
  const value = filter.value === undefined ? "" : ` ${JSON.stringify(filter.value)}`;
  return `${resource.plural}.${filter.col} ${filter.opr}${value}`;
}

Deno.test("every operator of every type of column has a case", () => {
  const expected = [charts, dashboards, datasets].flatMap((resource) =>
    ["slice_name", "cache_timeout", "changed_on", "uuid", "published"]
      .filter((col) => col in resource.columns)
      .flatMap((col) => {
        const column = resource.columns[col]!;
        return OPERATORS.filter((opr) => fitsType(column.type, opr)).map((opr) =>
          `${column.type} ${opr}`
        );
      })
  );
  const covered = new Set(
    made.map(({ resource, filter }) => `${resource.columns[filter.col]!.type} ${filter.opr}`),
  );
  assert.deepEqual(expected.filter((name) => !covered.has(name)), []);
});

/** Written out once more: what an operator may be used on. */
function fitsType(type: string, opr: string): boolean {
  if (["eq", "ne", "in", "nin", "is_null", "is_not_null"].includes(opr)) return true;
  if (["sw", "ew", "like", "ilike"].includes(opr)) return type === "str";
  return type === "int" || type === "datetime";
}

for (const dialect of Object.values(DIALECTS)) {
  Deno.test(`filters become SQL of ${dialect.name} with their values beside the text`, async (t) => {
    const bench = await openWorkbench(demoDatabase());
    const view = viewOf(await bench.caller("admin"), dialect, SETTINGS);
    for (const one of made) {
      await t.step(said(one), () => {
        const condition = filterCondition(one.filter, one.resource, () => true, view);
        const { sql, parameters } = condition.compile(dialect.builder);
        let place = 0;
        const spelt = one.sql[dialect.name];
        const expected = dialect.name === "postgresql"
          ? spelt.replaceAll("?", () => `$${++place}`)
          : spelt;
        assert.equal(sql, expected);
        assert.equal(parameters.length, [...one.sql.sqlite].filter((sign) => sign === "?").length);
      });
    }
    await bench.close();
  });
}

Deno.test("filters keep the objects that fit, on SQLite", async (t) => {
  const { expected, bench } = await variedDemo();
  await keepsExpected(t, bench, expected);
  await bench.close();
});

Deno.test({
  name: `filters keep the same objects on PostgreSQL${
    postgresqlPrograms ? "" : " (skipped: PostgreSQL's programs are not installed)"
  }`,
  ignore: postgresqlPrograms === null,
  fn: async (t) => {
    const { expected, bench: onSqlite } = await variedDemo();
    await onSqlite.close();
    const cluster = await startPostgresql();
    try {
      const url = await copyDemo(cluster, "filters", NOW, vary);
      const bench = await openWorkbench(openMetadataDatabase(url, {
        pool: { size: 2, maxOverflow: 0, timeoutSeconds: 5, recycleSeconds: 60 },
        resolve: () => Promise.resolve("127.0.0.1"),
      }));
      await keepsExpected(t, bench, expected);
      await bench.close();
    } finally {
      await cluster.stop();
    }
  },
});

Deno.test({
  name: `filters keep the same objects on MariaDB${
    hasMariadb ? "" : " (skipped: MariaDB's programs are not installed)"
  }`,
  ignore: !hasMariadb,
  fn: async (t) => {
    const { expected, bench: onSqlite } = await variedDemo();
    await onSqlite.close();
    const server = await startMariadb();
    try {
      const url = await copyDemoToMariadb(server, "filters", NOW, vary);
      const bench = await openWorkbench(openMetadataDatabase(url, {
        pool: { size: 2, maxOverflow: 0, timeoutSeconds: 5, recycleSeconds: 60 },
        resolve: () => Promise.resolve("127.0.0.1"),
      }));
      await keepsExpected(t, bench, expected);
      await bench.close();
    } finally {
      await server.stop();
    }
  },
});

/** What each case must keep, read row by row from the demo. */
async function variedDemo(): Promise<{ expected: number[][]; bench: Workbench }> {
  let rows: (one: Case) => number[] = () => [];
  const bench = await openWorkbench(demoDatabase((db) => {
    vary(db);
    rows = ({ resource, filter, fits }) => {
      // No column of the table itself: any value will do.
      const column = filter.col === "database_name" ? "id" : filter.col;
      return db.prepare(`SELECT id, "${column}" AS value FROM ${resource.table} ORDER BY id`).all()
        .filter((row) => fits(row.value)).map((row) => Number(row.id));
    };
  }));
  return { expected: made.map((one) => rows(one)), bench };
}

async function keepsExpected(
  t: Deno.TestContext,
  bench: Workbench,
  expected: readonly (readonly number[])[],
): Promise<void> {
  const admin = await bench.caller("admin");
  const idsOf = async (resource: Resource, filter: Filter) => {
    const { items } = await bench.dao.list(resource, admin, {
      page: 1,
      pageSize: 100,
      columns: ["id"],
      orderColumn: "id",
      orderDirection: "asc",
      filters: [filter],
    });
    return items.map(({ id }) => id);
  };
  for (const [index, one] of made.entries()) {
    await t.step(said(one), async () => {
      assert.deepEqual(await idsOf(one.resource, one.filter), expected[index]);
    });
  }
  for (const [resource, filter, ids] of RELATED) {
    await t.step(said({ resource, filter }), async () => {
      assert.deepEqual(await idsOf(resource, filter), ids);
    });
  }
}

/** Filters that can't be meant, and a word that the refusal must hold. */
const REFUSED: readonly (readonly [string, Filter, RegExp])[] = [
  ["a column that does not exist", { col: "nope", opr: "eq", value: 1 }, /'nope'/],
  ["a column of Object.prototype", { col: "constructor", opr: "eq", value: 1 }, /'constructor'/],
  ["__proto__", { col: "__proto__", opr: "eq", value: 1 }, /'__proto__'/],
  ["a derived column", { col: "url", opr: "eq", value: "x" }, /'url'/],
  ["SQL as a column", { col: "id = 1 or 1", opr: "eq", value: 1 }, /'id = 1 or 1'/],
  ["an operator that does not fit", { col: "cache_timeout", opr: "like", value: "1" }, /'like'/],
  ["no value", { col: "slice_name", opr: "eq" }, /text/],
  ["null", { col: "cache_timeout", opr: "eq", value: null }, /whole number/],
  ["a list for one value", { col: "slice_name", opr: "eq", value: ["a"] }, /'in' for a list/],
  ["a list for a pattern", { col: "slice_name", opr: "sw", value: ["a"] }, /'in' for a list/],
  ["text for a number", { col: "cache_timeout", opr: "gt", value: "ten" }, /whole number/],
  ["a fraction for a number", { col: "cache_timeout", opr: "eq", value: 1.5 }, /whole number/],
  ["a number too large", { col: "cache_timeout", opr: "lt", value: 2 ** 31 }, /2147483648/],
  ["text for a time", { col: "changed_on", opr: "gt", value: "yesterday" }, /ISO 8601/],
  ["a month that is none", { col: "changed_on", opr: "gt", value: "2026-13-01" }, /ISO 8601/],
  ["a year before the first", { col: "changed_on", opr: "gt", value: "0000-06-01" }, /ISO 8601/],
  [
    "a time that a zone moves before the first year",
    { col: "changed_on", opr: "gt", value: "0001-01-01T00:00:00+14:00" },
    /ISO 8601/,
  ],
  [
    "a time that a zone moves beyond the year 9999",
    { col: "changed_on", opr: "lt", value: "9999-12-31T23:00:00-05:00" },
    /ISO 8601/,
  ],
  ["text for a UUID", { col: "uuid", opr: "eq", value: "x" }, /UUID/],
  ["a NUL in text", { col: "slice_name", opr: "eq", value: "a\0b" }, /NUL/],
  ["a NUL in a pattern", { col: "slice_name", opr: "like", value: "a\0b" }, /NUL/],
  ["yes for a boolean", { col: "certified", opr: "eq", value: "yes" }, /true or false/],
  ["a text for an owner", { col: "owner", opr: "eq", value: "admin" }, /whole number/],
];

Deno.test("refuses a filter that can't be meant, saying what would do", async (t) => {
  const bench = await openWorkbench(demoDatabase());
  const view = viewOf(await bench.caller("admin"), DIALECTS.sqlite, SETTINGS);
  for (const [name, filter, words] of REFUSED) {
    await t.step(name, () => {
      assert.throws(() => filterCondition(filter, charts, () => true, view), (error) => {
        assert.ok(error instanceof ServiceError, String(error));
        assert.equal(error.type, "invalid_argument");
        assert.match(`${error.message} ${error.hint}`, words);
        return true;
      });
    });
  }
  await bench.close();
});

Deno.test("a column that an older Superset lacks can't be filtered by", async () => {
  const bench = await openWorkbench(demoDatabase());
  const view = viewOf(await bench.caller("admin"), DIALECTS.sqlite, SETTINGS);
  const has = (table: string, column: string) => !(table === "dashboards" && column === "theme_id");
  assert.throws(
    () => filterCondition({ col: "theme_id", opr: "eq", value: 1 }, dashboards, has, view),
    (error) => error instanceof ServiceError && /Cannot filter/.test(error.message),
  );
  await bench.close();
});
