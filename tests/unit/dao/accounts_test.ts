/** Accounts as Flask-AppBuilder keeps them: roles directly and through groups, and API keys. */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { demoDatabase, openWorkbench, type Workbench } from "../../support/workbench.ts";

async function withBench(
  use: (bench: Workbench) => Promise<void>,
  change?: (db: DatabaseSync) => void,
): Promise<void> {
  const bench = await openWorkbench(demoDatabase(change));
  try {
    await use(bench);
  } finally {
    await bench.close();
  }
}

Deno.test("one account is found by user name, address and id, exactly as written", async () => {
  await withBench(async ({ metadata }) => {
    const nora = await metadata.findByUsername("nora");
    assert.equal(nora?.user.firstName, "Nora");
    assert.equal(nora?.active, true);
    assert.deepEqual(await metadata.findByEmail(nora!.user.email), nora);
    assert.deepEqual(await metadata.findById(nora!.user.id), nora);
    for (const other of ["Nora", "nora ", "nor", "n%", "", "no\0ra", "' or '1'='1"]) {
      assert.equal(await metadata.findByUsername(other), null, other);
      assert.equal(await metadata.findByEmail(other), null, other);
    }
    assert.equal(await metadata.findById(0), null);
  });
});

Deno.test("roles come directly and through groups, each once, with all that they allow", async () => {
  const alsoDirectly = (db: DatabaseSync) =>
    db.exec(`INSERT INTO ab_user_role (id, user_id, role_id)
      SELECT 9999, u.id, r.id FROM ab_user u, ab_role r
       WHERE u.username = 'greta' AND r.name = 'Gamma'`);
  await withBench(async ({ metadata }) => {
    const greta = await metadata.findByUsername("greta");
    assert.deepEqual(greta!.roles.map(({ name }) => name), ["Gamma", "Web Team"]);
    const names = greta!.permissions.map(({ method, view }) => `${method} ${view}`);
    assert.ok(names.includes("can_read Chart"));
    assert.ok(names.includes("datasource_access [Lindgrove].[web_visits](id:6)"));
    assert.equal(new Set(names).size, names.length);
  }, alsoDirectly);
});

Deno.test("a switched-off account is found as one, and an unset flag is off", async () => {
  const unset = "UPDATE ab_user SET active = NULL WHERE username = 'nora'";
  await withBench(async ({ metadata }) => {
    assert.equal(await metadata.findUser("otto"), "inactive");
    assert.equal(await metadata.findUser("nora"), "inactive");
    assert.equal(await metadata.findUser("sam"), "active");
    assert.equal(await metadata.findUser("nobody"), "unknown");
  }, (db) => db.exec(unset));
});

Deno.test("an account without roles has no permissions", async () => {
  await withBench(async ({ metadata }) => {
    const nora = await metadata.findByUsername("nora");
    assert.deepEqual([nora!.roles, nora!.permissions], [[], []]);
  }, (db) => db.exec("DELETE FROM ab_user_role"));
});

Deno.test("an API key is found by its look-up hash, with what bounds it", async () => {
  const key = `INSERT INTO ab_api_key
    (id, uuid, name, key_hash, lookup_hash, key_prefix, user_id, scopes, active, expires_on)
    VALUES (1, 'u', 'n', 'hash', 'lookup', 'p', 3, 'superset:chart:read', 1,
            '2026-12-01 00:00:00.000000')`;
  await withBench(async ({ metadata }) => {
    assert.deepEqual(await metadata.findApiKey("lookup"), {
      userId: 3,
      keyHash: "hash",
      scopes: "superset:chart:read",
      active: true,
      expiresOnWallMs: Date.UTC(2026, 11, 1),
      revoked: false,
    });
    assert.equal(await metadata.findApiKey("other"), null);
  }, (db) => db.exec(key));
});

Deno.test("without the table of API keys there is none", async () => {
  await withBench(async ({ metadata }) => {
    assert.equal(await metadata.findApiKey("lookup"), null);
  }, (db) => db.exec("DROP TABLE ab_api_key"));
});

Deno.test("an account costs three statements, whatever its roles hold", async () => {
  await withBench(async ({ metadata, database }) => {
    for (const username of ["admin", "greta", "vera"]) {
      database.statements.length = 0;
      await metadata.findByUsername(username);
      assert.equal(database.statements.length, 3);
      for (const { sql, prepared } of database.statements) {
        assert.ok(prepared && !sql.includes(username), sql);
      }
    }
  });
});
