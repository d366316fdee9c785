/**
 * A database that SQL may write to: a scratch PostgreSQL with tables that refer to one another, and
 * the demo's metadata beside it, in which it is the database 2, `ledger`, with one dataset.
 */
import postgres from "postgres";
import { ACCOUNTS, copyLedger, LEDGER } from "./ledger_metadata.ts";
import { type McpClient, mcpClient } from "./mcp_calls.ts";
import { type PostgresqlCluster, startPostgresql } from "./postgresql.ts";
import { type Service, startService } from "./service.ts";
import { TOKEN_SETTINGS, tokenOf } from "./tokens.ts";

export { ACCOUNTS, LEDGER };

const TABLES = `
  CREATE TABLE accounts (id int PRIMARY KEY, name text NOT NULL, balance int DEFAULT 0
    CHECK (balance >= 0), note text);
  CREATE TABLE entries (id serial PRIMARY KEY, account int REFERENCES accounts
    DEFERRABLE INITIALLY DEFERRED, amount int);
  CREATE TABLE secrets (id int PRIMARY KEY, secret text);
  CREATE TABLE guarded_by (id int PRIMARY KEY REFERENCES secrets);
  CREATE VIEW open_accounts AS SELECT * FROM accounts WHERE balance > 0;
  CREATE SEQUENCE counter;
  CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'CANARY %', (SELECT secret FROM secrets LIMIT 1); END $$;
  CREATE FUNCTION first_secret() RETURNS text LANGUAGE sql STABLE AS
    'SELECT secret FROM secrets LIMIT 1';
  CREATE FUNCTION steady(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
  CREATE TABLE notes (id int PRIMARY KEY, note text);
  CREATE TABLE told (id int);
  CREATE TRIGGER told_tells BEFORE INSERT ON told FOR EACH ROW EXECUTE FUNCTION tell();`;

/** What each test begins with. */
const ROWS = `
  TRUNCATE accounts, entries, secrets, guarded_by, told, notes RESTART IDENTITY;
  INSERT INTO accounts VALUES (1, 'ann', 10, NULL), (2, 'bob', 20, NULL), (3, 'eve', 0, NULL);
  INSERT INTO notes VALUES (1, 'first');
  INSERT INTO entries (account, amount) VALUES (1, 10), (2, 20);
  INSERT INTO secrets VALUES (1, 'CANARY secret')`;

export interface Ledger {
  /** The superuser, on the ledger. */
  readonly sql: postgres.Sql;
  readonly metadata: postgres.Sql;
  readonly cluster: PostgresqlCluster;
  /** All rows of all tables, and the sequences. */
  contents(): Promise<string>;
  /** Makes the rows as they were. */
  reset(): Promise<void>;
  /** Serves it. @param env settings beside the tokens' */
  served(
    use: (service: LedgerService) => Promise<void>,
    env?: Readonly<Record<string, string>>,
  ): Promise<void>;
}

export interface LedgerService {
  readonly service: Service;
  as(username: string, scope?: string): Promise<McpClient>;
}

export async function withLedger(use: (ledger: Ledger) => Promise<void>): Promise<void> {
  const cluster = await startPostgresql();
  const open = (url: string) => postgres(url, { max: 2, onnotice: () => {} });
  const admin = open(cluster.url("postgres"));
  await admin.unsafe("CREATE DATABASE ledger");
  await admin.end();
  const metadataUrl = await copyLedger(cluster);
  const [sql, metadata] = [open(cluster.url("ledger")), open(metadataUrl)];
  await sql.unsafe(TABLES);
  await sql.unsafe(ROWS);
  try {
    await use({
      ...{ sql, metadata, cluster },
      contents: () => contents(sql),
      reset: async () => void await sql.unsafe(ROWS),
      async served(use, env = {}) {
        const service = await startService({
          env: {
            ...TOKEN_SETTINGS,
            SQLALCHEMY_DATABASE_URI: metadataUrl,
            MCP_LOG_LEVEL: "warn",
            ...env,
          },
        });
        const as = async (username: string, scope?: string) =>
          mcpClient(service.url, await tokenOf(username, scope));
        try {
          await use({ service, as });
        } finally {
          await service.stop();
        }
      },
    });
  } finally {
    await Promise.all([sql.end(), metadata.end()]);
    await cluster.stop();
  }
}

async function contents(sql: postgres.Sql): Promise<string> {
  const names = ["accounts", "entries", "secrets", "guarded_by", "told", "notes"];
  const tables = await Promise.all(
    names.map((name) =>
      sql.unsafe(`SELECT coalesce(json_agg(t ORDER BY t.id), '[]')::text AS rows FROM ${name} t`)
    ),
  );
  const [counter] = await sql`SELECT last_value::text AS rows FROM counter`;
  return JSON.stringify([...tables.map(([row]) => row!.rows), counter!.rows]);
}
