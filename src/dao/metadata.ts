/**
 * The metadata database of a running service: opened at once, inspected when it first answers, and
 * looked at again while it does not.
 */
import type { Account, ApiKeyRow, UserDirectory } from "../auth/user_directory.ts";
import { ExpiringMap } from "../cache/expiring.ts";
import type { MetadataDatabase, MetadataDialect, PoolStats } from "../drivers/metadata_database.ts";
import { Accounts } from "./accounts.ts";
import { Dao } from "./dao.ts";
import { assertUsable, inspect, type Inspected } from "./inspect.ts";
import type { Order } from "./list.ts";
import type { ViewSettings } from "./visibility.ts";

export interface MetadataOptions {
  readonly database: MetadataDatabase;
  readonly settings: ViewSettings;
  readonly supersetUrl: string;
  readonly cache: { readonly enabled: boolean; readonly maxBytes: number };
  readonly now: () => number;
}

/** What `superset-mcp check` looks at. */
export interface MetadataInspection extends Inspected {
  /** The server's max_connections; null where it has none (SQLite). */
  readonly maxConnections: number | null;
  /** Encrypted values of `dbs.password`, a few, with the name of their database. */
  readonly encryptedPasswords: readonly { readonly database: string; readonly value: string }[];
}

interface Ready {
  readonly inspected: Inspected;
  readonly dao: Dao;
  readonly accounts: Accounts;
}

/** What a server says of its limit; null where there is no server. */
const MAX_CONNECTIONS: Readonly<Record<MetadataDialect, string | null>> = {
  postgresql: "select current_setting('max_connections') as max_connections",
  mysql: "select @@max_connections as max_connections",
  sqlite: null,
};

/** How many of `dbs.password` a check tries to decrypt. */
const PASSWORDS_CHECKED = 20;

export class Metadata implements UserDirectory {
  readonly #options: MetadataOptions;
  #ready: Promise<Ready> | null = null;

  constructor(options: MetadataOptions) {
    this.#options = options;
  }

  /**
   * The schema that is served.
   * @throws ServiceError `unavailable` while the database is out of reach or no Superset's
   */
  async schema(): Promise<Inspected> {
    return (await this.#open()).inspected;
  }

  async dao(): Promise<Dao> {
    return (await this.#open()).dao;
  }

  /** Rejects where the database can't answer now. */
  async ping(): Promise<void> {
    await this.#open();
    await this.#read("select 1 as one");
  }

  /** @throws ServiceError `unavailable` when it can't be reached; what is missing is in the answer */
  async inspect(): Promise<MetadataInspection> {
    const { database } = this.#options;
    const inspected = await inspect(database);
    const passwords = inspected.has("dbs", "password")
      ? await this.#read(
        `select database_name, password from dbs where password is not null order by id limit ${PASSWORDS_CHECKED}`,
      )
      : [];
    const limits = MAX_CONNECTIONS[database.dialect];
    const [limit] = limits === null ? [] : await this.#read(limits);
    return {
      ...inspected,
      maxConnections: limit ? Number(limit.max_connections) : null,
      encryptedPasswords: passwords.map((row) => ({
        database: String(row.database_name),
        value: textOf(row.password),
      })),
    };
  }

  /** Whether a log-in name is an account, and switched on. */
  async findUser(username: string): Promise<"active" | "inactive" | "unknown"> {
    const account = await this.findByUsername(username);
    if (account === null) return "unknown";
    return account.active ? "active" : "inactive";
  }

  async findByUsername(username: string): Promise<Account | null> {
    return await (await this.#open()).accounts.findByUsername(username);
  }

  async findByEmail(email: string): Promise<Account | null> {
    return await (await this.#open()).accounts.findByEmail(email);
  }

  async findById(id: number): Promise<Account | null> {
    return await (await this.#open()).accounts.findById(id);
  }

  async findApiKey(lookupHash: string): Promise<ApiKeyRow | null> {
    return await (await this.#open()).accounts.findApiKey(lookupHash);
  }

  stats(): PoolStats {
    return this.#options.database.stats();
  }

  async close(): Promise<void> {
    await this.#options.database.close();
  }

  #read(sql: string) {
    return this.#options.database.read({ sql, parameters: [], prepared: false });
  }

  /** One inspection at a time; a failed one is forgotten, so that the next call tries again. */
  #open(): Promise<Ready> {
    this.#ready ??= this.#prepare().catch((error) => {
      this.#ready = null;
      throw error;
    });
    return this.#ready;
  }

  async #prepare(): Promise<Ready> {
    const { database, settings, supersetUrl, cache, now } = this.#options;
    const inspected = await inspect(database);
    assertUsable(inspected);
    const orders = cache.enabled
      ? new ExpiringMap<Order>({
        maxEntries: 1000,
        maxWeight: cache.maxBytes,
        weigh: (order) => order.byteLength + 200,
        now,
      })
      : null;
    const reading = { database, has: inspected.has, settings, supersetUrl, now };
    return {
      inspected,
      dao: new Dao(reading, orders),
      accounts: new Accounts(database, inspected),
    };
  }
}

/** A column of bytes or text, as the drivers of the engines give it. */
function textOf(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}
