/** The demo's promises to whoever starts the service with no setting: the same day, the same demo. */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import {
  DEMO_ANALYTICS_URI,
  DEMO_USERNAME,
  openDemo,
  openDemoAnalytics,
} from "../../../src/demo/demo.ts";
import { ALEMBIC_HEAD } from "../../../src/demo/schema.ts";

const NOW = Date.UTC(2026, 10, 24, 9, 30);

/** Every row of every table, as text. */
function contents(db: DatabaseSync): string {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all();
  return tables.map(({ name }) => {
    const rows = db.prepare(`SELECT * FROM "${name}"`).all();
    return `${name} ${JSON.stringify(rows)}`;
  }).join("\n");
}

function count(db: DatabaseSync, sql: string): number {
  return Number(Object.values(db.prepare(sql).get() ?? {})[0]);
}

Deno.test("is the same on every start of one day", () => {
  const morning = openDemo(NOW);
  const evening = openDemo(NOW + 13 * 3_600_000);
  assert.equal(contents(morning.metadata), contents(evening.metadata));
  assert.equal(contents(morning.analytics), contents(evening.analytics));
  morning.close();
  evening.close();
});

Deno.test("gives a thread of its own the same data", () => {
  const demo = openDemo(NOW);
  const alone = openDemoAnalytics(NOW);
  assert.equal(contents(alone), contents(demo.analytics));
  alone.close();
  demo.close();
});

Deno.test("moves its times with the day and keeps its objects' UUIDs", () => {
  const uuids = "SELECT group_concat(hex(uuid)) FROM slices";
  const changed = "SELECT changed_on FROM slices WHERE id = 1";
  const today = openDemo(NOW);
  const later = openDemo(NOW + 40 * 86_400_000);
  assert.deepEqual(later.metadata.prepare(uuids).get(), today.metadata.prepare(uuids).get());
  assert.notDeepEqual(later.metadata.prepare(changed).get(), today.metadata.prepare(changed).get());
  today.close();
  later.close();
});

Deno.test("another seed gives other rows about the same people and objects", () => {
  const one = openDemo(NOW, "one");
  const two = openDemo(NOW, "two");
  assert.equal(contents(one.metadata), contents(two.metadata));
  assert.notEqual(contents(one.analytics), contents(two.analytics));
  one.close();
  two.close();
});

Deno.test("holds nothing that is later than now", () => {
  const demo = openDemo(NOW);
  const limit = "'2026-11-24 00:00:01'";
  for (
    const [table, column] of [
      ["slices", "changed_on"],
      ["dashboards", "changed_on"],
      ["tables", "changed_on"],
      ["ab_user", "last_login"],
      ["annotation", "end_dttm"],
      ["saved_query", "changed_on"],
    ]
  ) {
    const sql = `SELECT COUNT(*) FROM ${table} WHERE ${column} > ${limit}`;
    assert.equal(count(demo.metadata, sql), 0, `${table}.${column}`);
  }
  for (
    const [table, column] of [
      ["orders", "ordered_at"],
      ["web_visits", "visited_at"],
      ["support_tickets", "opened_at"],
      ["shifts", "week_starting"],
      ["customers", "signed_up_on"],
    ]
  ) {
    const sql = `SELECT COUNT(*) FROM ${table} WHERE ${column} > ${limit}`;
    assert.equal(count(demo.analytics, sql), 0, `${table}.${column}`);
  }
  demo.close();
});

Deno.test("has two years of orders, up to yesterday", () => {
  const { analytics, close } = openDemo(NOW);
  const span = analytics.prepare(
    "SELECT substr(MIN(ordered_at), 1, 10) AS first, substr(MAX(ordered_at), 1, 10) AS last FROM orders",
  ).get();
  assert.deepEqual({ ...span }, { first: "2024-11-24", last: "2026-11-23" });
  close();
});

Deno.test("stays a small workspace of ten to thirty thousand rows", () => {
  const demo = openDemo(NOW);
  const tables = demo.analytics.prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all();
  const rows = tables.map(({ name }) => count(demo.analytics, `SELECT COUNT(*) FROM "${name}"`));
  const total = rows.reduce((sum, each) => sum + each, 0);
  assert.ok(total >= 10_000 && total <= 30_000, `${total} rows`);
  assert.ok(rows.every((each) => each > 0), "a table is empty");
  demo.close();
});

Deno.test("reports how long it takes to make", () => {
  const start = performance.now();
  const demo = openDemo(NOW);
  const metadata = performance.now() - start;
  const pages = count(demo.analytics, "PRAGMA page_count") *
    count(demo.analytics, "PRAGMA page_size");
  const all = performance.now() - start;
  console.log(
    `demo: metadata ${metadata.toFixed(1)} ms, with data ${all.toFixed(1)} ms, ` +
      `data ${(pages / 1024 / 1024).toFixed(1)} MiB`,
  );
  assert.ok(pages > 0);
  demo.close();
});

Deno.test("says which schema version it has and where its data lies", () => {
  const { metadata, close } = openDemo(NOW);
  assert.equal(
    metadata.prepare("SELECT version_num FROM alembic_version").get()?.version_num,
    ALEMBIC_HEAD,
  );
  const database = metadata.prepare("SELECT sqlalchemy_uri, password FROM dbs").get();
  assert.equal(database?.sqlalchemy_uri, DEMO_ANALYTICS_URI);
  assert.equal(database?.password, null);
  close();
});

Deno.test("knows the user that a newcomer runs as, and can't be logged into", () => {
  const { metadata, users, close } = openDemo(NOW);
  assert.ok(users.some((user) => user.username === DEMO_USERNAME && user.active));
  const hashed = "SELECT COUNT(*) FROM ab_user WHERE password <> '!'";
  assert.equal(count(metadata, hashed), 0);
  assert.equal(count(metadata, "SELECT COUNT(*) FROM ab_user"), users.length);
  close();
});
