/**
 * Writing to Superset's metadata: one transaction at a time, of statements whose text holds no value.
 * Only commands are handed this; tools, and what reads for them, have no way to it.
 */
import type { Row } from "../drivers/metadata_database.ts";
import type { MetadataWriter, RunInTransaction } from "../drivers/metadata_writer.ts";
import { invalidArgument } from "../errors.ts";
import type { Metadata } from "./metadata.ts";
import type { HasColumn } from "./resource.ts";
import { type Dialect, DIALECTS, type RawBuilder, sql } from "./sql.ts";

export class Writing {
  readonly #writer: MetadataWriter;
  readonly #metadata: Pick<Metadata, "schema">;

  constructor(writer: MetadataWriter, metadata: Pick<Metadata, "schema">) {
    this.#writer = writer;
    this.#metadata = metadata;
  }

  /** @throws as `MetadataWriter.transaction`, and what `work` throws */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const { has } = await this.#metadata.schema();
    const dialect = DIALECTS[this.#writer.dialect];
    return await this.#writer.transaction((run) => work(new Transaction(run, dialect, has)));
  }

  /** Tries to write what this service writes, and writes nothing. @throws as `transaction` */
  async probe(): Promise<void> {
    await this.transaction(async (transaction) => {
      for (const table of WRITTEN) {
        const name = sql.table(table);
        await transaction.run(sql`insert into ${name} (id) select id from ${name} where 1 = 0`);
      }
    });
  }

  async close(): Promise<void> {
    await this.#writer.close();
  }
}

/** Tags stand in every Superset that is served, whether or not they are in use. */
const WRITTEN = ["query", "saved_query", "tag", "tagged_object"] as const;

/** A row to write, by column. What this Superset's table has no column for is left out. */
export type NewRow = Readonly<Record<string, string | number | boolean | Uint8Array | null>>;

export class Transaction {
  readonly #run: RunInTransaction;
  readonly dialect: Dialect;
  readonly #has: HasColumn;

  constructor(run: RunInTransaction, dialect: Dialect, has: HasColumn) {
    this.#run = run;
    this.dialect = dialect;
    this.#has = has;
  }

  /**
   * @returns the rows, where the statement gives any
   * @throws ServiceError `invalid_argument` for a text with a NUL character, which PostgreSQL keeps none of
   */
  async run(statement: RawBuilder<unknown>): Promise<readonly Row[]> {
    const { sql: text, parameters } = statement.compile(this.dialect.builder);
    if (parameters.some((value) => typeof value === "string" && value.includes("\0"))) {
      throw invalidArgument("Cannot write a text with a NUL character.", {
        hint: "Leave the character U+0000 out.",
      });
    }
    return await this.#run({ sql: text, parameters, prepared: false });
  }

  /** Adds one row. @returns its id */
  async insert(table: string, row: NewRow): Promise<number> {
    const insert = this.#insertion(table, [row]);
    if (this.dialect.name !== "mysql") {
      const [made] = await this.run(sql`${insert} returning id`);
      return Number(made!.id);
    }
    await this.run(insert);
    const [made] = await this.run(sql`select last_insert_id() as id`);
    return Number(made!.id);
  }

  /** Adds rows of the same columns by one statement. */
  async insertAll(table: string, rows: readonly [NewRow, ...NewRow[]]): Promise<void> {
    await this.run(this.#insertion(table, rows));
  }

  /** @param where a condition of the table's own columns */
  async update(table: string, row: NewRow, where: RawBuilder<unknown>): Promise<void> {
    const set = this.#columns(table, row).map((name) => sql`${sql.ref(name)} = ${row[name]}`);
    await this.run(sql`update ${sql.table(table)} set ${sql.join(set)} where ${where}`);
  }

  #insertion(table: string, rows: readonly [NewRow, ...NewRow[]]): RawBuilder<unknown> {
    const columns = this.#columns(table, rows[0]);
    const lines = rows.map((row) => sql`(${sql.join(columns.map((name) => row[name] ?? null))})`);
    const names = sql.join(columns.map((name) => sql.ref(name)));
    return sql`insert into ${sql.table(table)} (${names}) values ${sql.join(lines)}`;
  }

  #columns(table: string, row: NewRow): readonly string[] {
    return Object.keys(row).filter((name) => this.#has(table, name));
  }
}

/**
 * A moment as the metadata's columns hold it: a UTC clock without a zone, as SQLAlchemy writes it to
 * SQLite and as PostgreSQL and MySQL read it.
 * @param ms milliseconds since 1970
 */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1).replace("T", " ")}000`;
}
