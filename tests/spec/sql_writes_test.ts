/** What execute_sql writes, where, for whom, and what is left behind where it does not. */
import assert from "node:assert/strict";
import {
  ACCOUNTS,
  LEDGER,
  type Ledger,
  type LedgerService,
  withLedger,
} from "../support/ledger.ts";
import { RULE } from "../support/ledger_metadata.ts";
import { type McpClient, mcpClient } from "../support/mcp_calls.ts";
import { postgresqlPrograms } from "../support/postgresql.ts";
import { tokenOf } from "../support/tokens.ts";

const ignore = postgresqlPrograms === null;

type Content = Readonly<Record<string, unknown>>;

/** A function that an operator allows: it makes a write slow enough to be called off. */
const SLOW = { MCP_SQL_FUNCTIONS: JSON.stringify({ postgresql: ["pg_sleep"] }) };
const SLOW_UPDATE = "UPDATE accounts SET note = 'late' || pg_sleep(10)::text WHERE id = 1";

async function execute(client: McpClient, sql: string, more: Content = {}): Promise<Content> {
  const { isError, content } = await client.call("execute_sql", {
    ...{ database_id: LEDGER, sql },
    ...more,
  });
  assert.equal(isError, false, JSON.stringify(content));
  return content;
}

async function refusal(client: McpClient, sql: string, more: Content = {}): Promise<Content> {
  const { isError, content } = await client.call("execute_sql", {
    ...{ database_id: LEDGER, sql },
    ...more,
  });
  assert.equal(isError, true, `${sql} gave ${JSON.stringify(content)}`);
  return content;
}

Deno.test({
  name: `execute_sql writes to PostgreSQL${ignore ? " (its server is not installed)" : ""}`,
  ignore,
  fn: (t) =>
    withLedger(async (ledger) => {
      await ledger.served(async (served) => {
        for (const [name, test] of Object.entries(TESTS)) {
          await t.step(name, async () => {
            await ledger.reset();
            await test(served, ledger);
          });
        }
        assert.doesNotMatch(served.service.printed(), /CANARY/);
      }, SLOW);
      for (const [name, { env, test }] of Object.entries(SETTINGS)) {
        await t.step(name, async () => {
          await ledger.reset();
          await ledger.served((served) => test(served, ledger), env);
        });
      }
    }),
});

type Test = (served: LedgerService, ledger: Ledger) => Promise<void>;

const changes: Test = async ({ as }, { sql }) => {
  const admin = await as("admin");
  const insert = await execute(
    admin,
    "INSERT INTO accounts (id, name) VALUES (4, 'dan'), (5, 'fay')",
  );
  assert.deepEqual([insert.row_count, insert.rows, insert.columns], [2, [], []]);
  const [told] = insert.statements as Content[];
  assert.equal(
    told!.executed_sql,
    "INSERT INTO public.accounts (id, name) VALUES (4, 'dan'), (5, 'fay')",
  );
  assert.equal(told!.row_count, 2);
  const update = await execute(
    admin,
    "UPDATE accounts SET balance = balance + 1 WHERE id > 3 RETURNING id, balance",
  );
  assert.deepEqual(update.rows, [{ id: 4, balance: 1 }, { id: 5, balance: 1 }]);
  assert.deepEqual(update.columns, [
    { name: "id", type: "integer" },
    { name: "balance", type: "integer" },
  ]);
  const upsert = await execute(
    admin,
    "INSERT INTO accounts (id, name) VALUES (1, 'ann b.') ON CONFLICT (id) DO UPDATE SET name = excluded.name",
  );
  assert.equal(upsert.row_count, 1);
  const old = "WITH old AS (SELECT id FROM accounts WHERE balance = 1) ";
  const deleted = await execute(
    admin,
    `${old}DELETE FROM accounts USING old WHERE old.id = accounts.id`,
  );
  assert.equal(deleted.row_count, 2);
  assert.equal((await execute(admin, "DELETE FROM accounts WHERE id = 77")).row_count, 0);
  assert.deepEqual([...await sql`SELECT id, name FROM accounts ORDER BY id`], [
    { id: 1, name: "ann b." },
    { id: 2, name: "bob" },
    { id: 3, name: "eve" },
  ]);
};

/** Each has to leave the tables as the text itself does where nothing guards it. */
const EFFECTS: readonly string[] = [
  "INSERT INTO accounts VALUES (4, 'dan', DEFAULT, NULL), (5, 'fay', 7, 'x')",
  "INSERT INTO entries DEFAULT VALUES",
  "INSERT INTO accounts (id, name) SELECT g, 'n' || g FROM generate_series(10, 12) AS g",
  "INSERT INTO Accounts AS a (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET (name, note) = (excluded.name, a.name) WHERE a.balance > 5",
  "INSERT INTO accounts (id, name) VALUES (1, 'x'), (9, 'y') ON CONFLICT DO NOTHING",
  "INSERT INTO accounts (id, name) VALUES (1, 'x') ON CONFLICT ON CONSTRAINT accounts_pkey DO UPDATE SET name = upper(accounts.name)",
  "WITH accounts AS (SELECT 2 AS id) DELETE FROM entries WHERE account IN (SELECT id FROM accounts)",
  "WITH entries AS (SELECT 1 AS id) UPDATE entries SET amount = 99 WHERE id IN (SELECT id FROM entries)",
  "UPDATE ONLY public.accounts AS a SET balance = a.balance + e.amount FROM entries e WHERE e.account = a.id",
  "UPDATE accounts SET (balance, note) = (SELECT sum(amount), max(amount)::text FROM entries WHERE account = accounts.id)",
  "UPDATE accounts SET balance = DEFAULT, note = CASE WHEN id IN (SELECT account FROM entries) THEN 'has' END",
  "UPDATE accounts a SET note = r.place::text FROM (SELECT id, rank() OVER (ORDER BY balance DESC) AS place FROM accounts) r WHERE r.id = a.id",
  "DELETE FROM entries USING accounts a, LATERAL (SELECT a.id + 0 AS id) l WHERE l.id = entries.account AND a.name ILIKE 'A%'",
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) INSERT INTO accounts (id, name) SELECT 100 + i, 'r' FROM n",
  "DELETE FROM entries WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.id = entries.account AND accounts.balance > 15)",
];

const effects: Test = async ({ as }, { contents, reset, sql: direct }) => {
  const admin = await as("admin");
  const before = await contents();
  for (const sql of EFFECTS) {
    await reset();
    await direct.unsafe(sql);
    const meant = await contents();
    await reset();
    const { row_count } = await execute(admin, sql);
    assert.equal(await contents(), meant, sql);
    assert.equal(meant === before, row_count === 0, sql);
  }
};

const beside: Test = async ({ as }, { contents }) => {
  const admin = await as("admin");
  const before = await contents();
  const sql = "insert into accounts select * from open_accounts -- all";
  const at = { database_id: LEDGER, sql };
  const { content: access } = await admin.call("explain_access", at);
  const tables = (access.tables as { table: string }[]).map(({ table }) => table);
  assert.deepEqual(tables, ["accounts", "open_accounts"]);
  const { content: formatted } = await admin.call("format_sql", at);
  assert.match(String(formatted.sql), /^INSERT INTO accounts\s+SELECT \*\s+FROM open_accounts$/);
  assert.equal(await contents(), before);
};

const scripts: Test = async ({ as }, { contents, reset }) => {
  const admin = await as("admin");
  const before = await contents();
  const whole = await execute(
    admin,
    "DELETE FROM entries; SELECT count(*) AS n FROM entries; UPDATE accounts SET balance = 0; SELECT sum(balance) AS s FROM accounts",
  );
  const statements = whole.statements as Content[];
  assert.deepEqual(statements.map(({ row_count }) => row_count), [2, 1, 3, 1]);
  assert.deepEqual((statements[1]!.data as Content).rows, [{ n: 0 }]);
  assert.deepEqual(whole.rows, [{ s: 0 }]);
  await reset();
  const failing: readonly (readonly [string, string])[] = [
    ["DELETE FROM entries; INSERT INTO accounts VALUES (1, 'again')", "conflict"],
    ["DELETE FROM entries; UPDATE accounts SET balance = -1", "conflict"],
    ["DELETE FROM entries; UPDATE accounts SET balance = 1 / (id - 1)", "invalid_sql"],
    ["DELETE FROM entries; UPDATE accounts SET nothing = 1", "invalid_sql"],
    ["DELETE FROM entries; DROP TABLE entries", "forbidden_sql"],
    // Looked at when it is committed.
    ["DELETE FROM entries; INSERT INTO entries (account, amount) VALUES (99, 1)", "conflict"],
  ];
  for (const [sql, type] of failing) {
    const fault = await refusal(admin, sql);
    assert.equal(fault.error_type, type, JSON.stringify(fault));
    if (type !== "forbidden_sql") assert.match(String(fault.error), /Nothing was written\.$/);
    assert.equal(await contents(), before, sql);
  }
};

/** Each must change nothing; 9 of the list of attacks, on a database that may be written to. */
const DISGUISES: readonly string[] = [
  "WITH x AS (DELETE FROM accounts RETURNING *) SELECT * FROM x",
  "WITH x AS (INSERT INTO accounts VALUES (9, 'x')) SELECT 1",
  "WITH x AS (UPDATE accounts SET note = 'x') DELETE FROM entries",
  "INSERT INTO entries WITH x AS (DELETE FROM accounts RETURNING id) SELECT 9, id, 1 FROM x",
  "SELECT * INTO copied FROM accounts",
  "CREATE TABLE copied AS SELECT * FROM accounts",
  "DO $$ BEGIN DELETE FROM accounts; END $$",
  "EXPLAIN ANALYZE DELETE FROM accounts",
  "EXPLAIN INSERT INTO accounts VALUES (9, 'x')",
  "PREPARE p AS DELETE FROM accounts",
  "EXECUTE p",
  "CALL tell()",
  "COPY accounts FROM STDIN",
  "COPY (DELETE FROM accounts RETURNING *) TO STDOUT",
  "COPY accounts TO PROGRAM 'cat'",
  "MERGE INTO accounts USING entries ON true WHEN MATCHED THEN DELETE",
  "TRUNCATE accounts CASCADE",
  "ALTER TABLE accounts ADD x int",
  "GRANT ALL ON accounts TO public",
  "SET search_path TO pg_catalog",
  "RESET ALL",
  "BEGIN",
  "COMMIT; DELETE FROM accounts",
  "DELETE FROM accounts; COMMIT",
  "DELETE FROM accounts; ROLLBACK; SELECT 1",
  "REFRESH MATERIALIZED VIEW open_accounts",
  "VACUUM accounts",
  "LOCK accounts",
  "NOTIFY x",
  "SELECT * FROM accounts FOR UPDATE",
  "DELETE FROM accounts WHERE id IN (SELECT id FROM accounts FOR UPDATE)",
  "SELECT nextval('counter')",
  "INSERT INTO accounts VALUES (nextval('counter'), 'x')",
  "UPDATE accounts SET note = setval('counter', 9)::text",
  "DELETE FROM accounts RETURNING set_config('search_path', 'x', false)",
  "UPDATE accounts SET note = pg_advisory_lock(1)::text",
  "INSERT INTO accounts VALUES (lo_create(9)::int, 'x')",
  "DELETE FROM open_accounts",
  "INSERT INTO open_accounts VALUES (9, 'x')",
  "DELETE FROM pg_catalog.pg_proc",
  "UPDATE information_schema.sql_features SET comments = 'x'",
  "UPDATE accounts SET note = query_to_xml('delete from entries', true, true, '')::text",
  "DELETE FROM accounts WHERE CURRENT OF c",
  "SELECT 1; -- \n DROP TABLE accounts",
  "{{ 'DROP' }} TABLE accounts",
];

const disguises: Test = async ({ as }, { contents }) => {
  const admin = await as("admin");
  const before = await contents();
  const faults: string[] = [];
  for (const sql of DISGUISES) {
    const { isError, content } = await admin.call("execute_sql", { database_id: LEDGER, sql });
    const refused = isError &&
      ["forbidden_sql", "invalid_sql"].includes(String(content.error_type));
    if (!refused) faults.push(`${sql}: ${JSON.stringify(content)}`);
    if (await contents() !== before) faults.push(`${sql}: it wrote`);
  }
  assert.deepEqual(faults, []);
};

const dryRun: Test = async ({ as }, { contents }) => {
  const before = await contents();
  const sql = "DELETE FROM accounts; SELECT 1 AS one";
  const { rows, statements } = await execute(await as("admin"), sql, { dry_run: true });
  assert.deepEqual(rows, []);
  assert.deepEqual(
    (statements as Content[]).map(({ executed_sql, data }) => [executed_sql, data]),
    [
      ["DELETE FROM public.accounts", null],
      ["SELECT 1 AS one LIMIT 1000", null],
    ],
  );
  assert.equal(await contents(), before);
};

const access: Test = async ({ as }, { contents }) => {
  // She has the datasets of three tables, and no other table of this database.
  const fiona = await as("fiona");
  assert.equal((await execute(fiona, "UPDATE notes SET note = 'seen' WHERE id = 1")).row_count, 1);
  assert.equal(
    (await execute(fiona, "INSERT INTO notes SELECT id + 1, name FROM accounts")).row_count,
    3,
  );
  const before = await contents();
  for (
    const sql of [
      "DELETE FROM secrets",
      "DELETE FROM entries",
      "UPDATE notes SET note = (SELECT secret FROM secrets)",
      "UPDATE notes SET note = secret FROM secrets",
      "DELETE FROM notes USING secrets",
      "INSERT INTO notes SELECT 9, secret FROM secrets",
      "INSERT INTO notes VALUES (9, 'x') RETURNING (SELECT secret FROM secrets)",
      "DELETE FROM notes; SELECT * FROM secrets",
    ]
  ) {
    const fault = await refusal(fiona, sql);
    assert.equal(fault.error_type, "forbidden_sql", sql);
    assert.doesNotMatch(JSON.stringify(fault), /CANARY/);
  }
  const there = await refusal(fiona, "DELETE FROM secrets");
  const missing = await refusal(fiona, "DELETE FROM nothing");
  assert.deepEqual(
    JSON.parse(JSON.stringify(there).replaceAll("secrets", "T")),
    JSON.parse(JSON.stringify(missing).replaceAll("nothing", "T")),
  );
  assert.equal(await contents(), before);
};

/** What ties the notes to what fiona may not read, and what unties them. */
const TIES: readonly (readonly [what: string, make: string, undo: string])[] = [
  [
    "a key of another table",
    "CREATE TABLE tying (note int REFERENCES notes ON DELETE CASCADE)",
    "DROP TABLE tying",
  ],
  [
    "a key to another table",
    "ALTER TABLE notes ADD secret int REFERENCES secrets",
    "ALTER TABLE notes DROP secret",
  ],
  [
    "a key of a table that a key of her own table's leads to",
    "ALTER TABLE told ADD UNIQUE (id), ADD FOREIGN KEY (id) REFERENCES notes; " +
    "CREATE TABLE tying (told int REFERENCES told (id))",
    "DROP TABLE tying; ALTER TABLE told DROP CONSTRAINT told_id_fkey, DROP CONSTRAINT told_id_key",
  ],
  [
    "a trigger",
    "CREATE TRIGGER tells AFTER DELETE ON notes FOR EACH ROW EXECUTE FUNCTION tell()",
    "DROP TRIGGER tells ON notes",
  ],
  [
    "a rule of PostgreSQL's",
    "CREATE RULE tying AS ON DELETE TO notes DO ALSO DELETE FROM secrets",
    "DROP RULE tying ON notes",
  ],
  [
    "a default",
    "ALTER TABLE notes ALTER note SET DEFAULT first_secret()",
    "ALTER TABLE notes ALTER note DROP DEFAULT",
  ],
  [
    "a check",
    "ALTER TABLE notes ADD CONSTRAINT tying CHECK (note <> first_secret())",
    "ALTER TABLE notes DROP CONSTRAINT tying",
  ],
  ["an index", "CREATE INDEX tying ON notes (steady(note))", "DROP INDEX tying"],
  [
    "a domain",
    "CREATE DOMAIN tying AS text CHECK (value <> first_secret()); ALTER TABLE notes ADD d tying",
    "ALTER TABLE notes DROP d; DROP DOMAIN tying",
  ],
  [
    "a child with a trigger",
    "CREATE TABLE tying () INHERITS (notes); " +
    "CREATE TRIGGER tells AFTER DELETE ON tying FOR EACH ROW EXECUTE FUNCTION tell()",
    "DROP TABLE tying",
  ],
];

const reach: Test = async ({ as }, { contents, sql }) => {
  const [fiona, demo] = await Promise.all(["fiona", "demo"].map((name) => as(name)));
  const write = "DELETE FROM notes WHERE id = 77";
  const before = await contents();
  for (const table of ["accounts", "told"]) {
    const fault = await refusal(fiona!, `DELETE FROM ${table}`);
    assert.match(String(fault.error), /may go on to what you may not read/, table);
    assert.doesNotMatch(JSON.stringify(fault), /entries|tell/);
  }
  assert.equal(await contents(), before);
  for (const [what, make, undo] of TIES) {
    await sql.unsafe(make);
    try {
      const fault = await refusal(fiona!, write);
      assert.match(String(fault.error), /may go on to what you may not read/, what);
      assert.doesNotMatch(JSON.stringify(fault), /secret|tying/, what);
      // Who may read the whole database goes on.
      await execute(demo!, write);
    } finally {
      await sql.unsafe(undo);
    }
    await execute(fiona!, write);
  }
};

const bound: Test = async ({ as }, { contents, metadata }) => {
  const fiona = await as("fiona");
  const before = await contents();
  await metadata.unsafe(RULE);
  try {
    for (const sql of ["DELETE FROM accounts", "INSERT INTO accounts VALUES (9, 'x')"]) {
      const fault = await refusal(fiona, sql);
      assert.equal(fault.error_type, "forbidden_sql");
      assert.match(String(fault.error), /Row-level rules bind you/);
      assert.doesNotMatch(JSON.stringify(fault), /CANARY|a rule of the ledger/);
    }
    assert.equal(await contents(), before);
    // Reading goes on, and so does writing for whom it does not bind.
    assert.equal((await execute(fiona, "SELECT * FROM accounts")).row_count, 3);
    await execute(await as("admin"), "UPDATE accounts SET note = 'x'");
  } finally {
    await metadata.unsafe(
      "DELETE FROM rls_filter_roles WHERE id = 9000; DELETE FROM rls_filter_tables WHERE id = 9000; DELETE FROM row_level_security_filters WHERE id = 9000",
    );
  }
};

const closedDatabase: Test = async ({ as }, { contents, metadata }) => {
  const admin = await as("admin");
  const before = await contents();
  await metadata`UPDATE dbs SET allow_dml = false WHERE id = ${LEDGER}`;
  try {
    for (const sql of ["DELETE FROM accounts", "SELECT 1; UPDATE accounts SET note = 'x'"]) {
      const fault = await refusal(admin, sql);
      assert.equal(fault.error_type, "forbidden_sql");
      assert.match(String(fault.error), /(DELETE|UPDATE), and this database is not open to it/);
      assert.match(String(fault.hint), /allow_dml/);
    }
    const { content } = await admin.call("validate_sql", {
      ...{ database_id: LEDGER, sql: "DELETE FROM accounts" },
    });
    assert.equal(content.valid, false);
  } finally {
    await metadata`UPDATE dbs SET allow_dml = true WHERE id = ${LEDGER}`;
  }
  assert.equal(await contents(), before);
  const { content } = await admin.call("validate_sql", {
    ...{ database_id: LEDGER, sql: "DELETE FROM accounts" },
  });
  assert.equal(content.valid, true);
};

const returned: Test = async ({ as }, { contents }) => {
  const admin = await as("admin");
  const before = await contents();
  const sql = "UPDATE accounts SET note = 'x' RETURNING *";
  const fault = await refusal(admin, sql, { limit: 2 });
  assert.equal(fault.error_type, "too_large");
  assert.match(String(fault.error), /Nothing was written\.$/);
  assert.equal(await contents(), before);
  assert.equal((await execute(admin, sql, { limit: 3 })).row_count, 3);
  const paged = await refusal(admin, sql, { cursor: "x" });
  assert.equal(paged.error_type, "invalid_argument");
};

const wordsOfOthers: Test = async ({ as }, { contents }) => {
  const admin = await as("admin");
  const before = await contents();
  const triggered = await refusal(admin, "INSERT INTO told VALUES (1)");
  assert.doesNotMatch(JSON.stringify(triggered), /CANARY/);
  const keyed = await refusal(admin, "INSERT INTO guarded_by VALUES (7)");
  assert.equal(keyed.error_type, "conflict");
  assert.doesNotMatch(JSON.stringify(keyed), /secrets/);
  assert.equal(await contents(), before);
};

const caches: Test = async ({ as }) => {
  const admin = await as("admin");
  const question = { identifier: ACCOUNTS, columns: ["name"], row_limit: 10 };
  const names = async () => {
    const { isError, content } = await admin.call("query_dataset", question);
    assert.equal(isError, false, JSON.stringify(content));
    return (content.data as { name: string }[]).map(({ name }) => name).sort();
  };
  assert.deepEqual(await names(), ["ann", "bob", "eve"]);
  await execute(admin, "DELETE FROM accounts WHERE name = 'eve'");
  assert.deepEqual(await names(), ["ann", "bob"]);
  assert.equal((await execute(admin, "SELECT * FROM accounts")).row_count, 2);
};

const timeouts: Test = async ({ as }, { contents }) => {
  const before = await contents();
  const fault = await refusal(await as("admin"), `DELETE FROM entries; ${SLOW_UPDATE}`, {
    timeout: 1,
  });
  assert.equal(fault.error_type, "timeout");
  assert.match(String(fault.error), /Nothing was written\.$/);
  assert.equal(await contents(), before);
};

const hangUps: Test = async ({ service }, { contents, sql }) => {
  const before = await contents();
  const gone = new AbortController();
  const args = { database_id: LEDGER, sql: `DELETE FROM entries; ${SLOW_UPDATE}` };
  const call = mcpClient(service.url, await tokenOf("admin")).call(
    "execute_sql",
    args,
    gone.signal,
  );
  await until(async () => (await running(sql)).length === 1);
  gone.abort();
  await assert.rejects(call);
  await until(async () => (await running(sql)).length === 0);
  assert.equal(await contents(), before);
};

const lostConnections: Test = async ({ as }, { contents, sql }) => {
  const before = await contents();
  const answer = refusal(await as("admin"), `DELETE FROM entries; ${SLOW_UPDATE}`);
  await until(async () => (await running(sql)).length === 1);
  const [{ pid }] = await running(sql) as [{ pid: number }];
  await sql`SELECT pg_terminate_backend(${pid})`;
  const fault = await answer;
  assert.equal(fault.error_type, "unavailable");
  assert.match(String(fault.error), /Nothing was written\.$/);
  assert.equal((await running(sql)).length, 0, "it was not sent again");
  assert.equal(await contents(), before);
};

/** What the service runs on the ledger at the moment. */
async function running(sql: Ledger["sql"]): Promise<readonly { pid: number }[]> {
  return await sql<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity
     WHERE datname = 'ledger' AND state <> 'idle' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()`;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail("it did not come to that within 10 s");
}

const history: Test = async ({ as }, { metadata }) => {
  const sql = "UPDATE accounts SET note = 'for the history'; SELECT 1 AS one";
  await execute(await as("admin"), sql);
  const recorded = () =>
    metadata`SELECT status, sql, executed_sql, rows FROM query WHERE sql = ${sql}`;
  await until(async () => (await recorded()).length === 1);
  assert.deepEqual([...await recorded()], [{
    ...{ status: "success", sql, rows: 1 },
    executed_sql:
      "UPDATE public.accounts SET note = 'for the history';\nSELECT 1 AS one LIMIT 1000",
  }]);
};

const offered: Test = async ({ as }) => {
  const tool = (await (await as("admin")).listTools()).find(({ name }) => name === "execute_sql");
  assert.deepEqual(tool?.annotations, {
    ...{ readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  });
};

const TESTS: Readonly<Record<string, Test>> = {
  "INSERT, UPDATE and DELETE tell what they changed and return": changes,
  "a write does what its text does where nothing guards it": effects,
  "SQL that writes is explained and formatted, and not run": beside,
  "a script is written whole or not at all": scripts,
  "nothing else writes, however it is put": disguises,
  "a dry run tells what would run, and writes nothing": dryRun,
  "each table that is named has to be the caller's to read": access,
  "a write that may go on to what its caller may not read is refused": reach,
  "whom a rule binds in the database writes nothing there": bound,
  "a database that is not open to it is not written to": closedDatabase,
  "what is returned beyond the limit writes nothing, and has no pages": returned,
  "what triggers and keys say of other tables is not told": wordsOfOthers,
  "what was kept of the rows before is not answered any more": caches,
  "a write that takes too long leaves nothing behind": timeouts,
  "a write whose caller hangs up leaves nothing behind": hangUps,
  "a write whose connection is lost is not sent again": lostConnections,
  "the history tells what was written": history,
  "the tool is offered as one that may destroy": offered,
};

const SCOPES = "superset:database:execute superset:database:read";

const SETTINGS: Readonly<
  Record<string, { readonly env: Readonly<Record<string, string>>; readonly test: Test }>
> = {
  "a service that only reads offers the tool as one that reads, and writes nothing": {
    env: { MCP_READ_ONLY: "true" },
    test: async ({ as }, { contents }) => {
      const before = await contents();
      const admin = await as("admin");
      const tool = (await admin.listTools()).find(({ name }) => name === "execute_sql");
      assert.equal(tool?.annotations?.readOnlyHint, true);
      assert.equal(tool?.annotations?.destructiveHint, false);
      const fault = await refusal(admin, "DELETE FROM accounts");
      assert.equal(fault.error_type, "forbidden_sql");
      assert.match(String(fault.error), /DELETE, and this service only reads/);
      assert.equal((await execute(admin, "SELECT * FROM accounts")).row_count, 3);
      assert.equal(await contents(), before);
    },
  },
  "where scopes count, writing needs a scope of its own": {
    env: { MCP_ENFORCE_TOOL_SCOPES: "true" },
    test: async ({ as, service }, { contents }) => {
      const before = await contents();
      const reader = await as("admin", SCOPES);
      const fault = await refusal(reader, "DELETE FROM accounts");
      assert.equal(fault.error_type, "forbidden_sql");
      assert.match(String(fault.hint), /superset:database:write/);
      assert.equal((await execute(reader, "SELECT * FROM accounts")).row_count, 3);
      assert.equal(await contents(), before);
      const writer = await as("admin", `${SCOPES} superset:database:write`);
      assert.equal((await execute(writer, "UPDATE accounts SET note = 'x'")).row_count, 3);
      const document = await fetch(`${service.url}/.well-known/oauth-protected-resource`);
      const { scopes_supported } = await document.json();
      assert.ok(scopes_supported.includes("superset:database:write"));
    },
  },
  "an answer that could not tell of a write is no reason to write": {
    env: { MCP_RESPONSE_TOKEN_LIMIT: "400" },
    test: async ({ as }, { contents }) => {
      const before = await contents();
      const admin = await as("admin");
      const long = `UPDATE accounts SET note = '${"x".repeat(2000)}'`;
      const fault = await refusal(admin, long);
      assert.equal(fault.error_type, "too_large");
      assert.match(String(fault.error), /Nothing was written/);
      assert.equal(await contents(), before);
      const returning = "UPDATE accounts SET note = repeat('x', 5000) RETURNING note";
      const told = await execute(admin, returning);
      assert.deepEqual([told.row_count, told.rows], [3, []]);
      assert.equal((told.statements as Content[])[0]!.rows_left_out, 3);
    },
  },
};
