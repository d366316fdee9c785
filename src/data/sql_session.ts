/**
 * One database opened for SQL that a caller writes. Every table is named as the engine will resolve
 * it, asked of `TableAccess`, and put under the rules of all datasets that name it; what runs goes
 * through `guardSql`, since nothing else makes what `run` takes.
 */
import type { AnalyticsDatabase } from "../drivers/analytics/analytics_database.ts";
import type { QueryResult, WriteResult } from "../drivers/analytics/engine.ts";
import { ServiceError } from "../errors.ts";
import { guardExplain, guardSql, refuseMany } from "../query/guard/guard.ts";
import { guardWrite, refuseBound } from "../query/guard/guard_write.ts";
import type { ParsedStatement, ParsedWrite } from "../query/sql/dialect.ts";
import { CallerTables, type CallerTablesParts, type TableStanding } from "./caller_tables.ts";
import type { ResultCache } from "./result_cache.ts";
import {
  type ExplainedStatement,
  faultIn,
  type PreparedScript,
  type PreparedStatement,
  type PreparedWrite,
  type RanStatement,
  type SqlRunOptions,
  type StatementFault,
  type WriteOptions,
} from "./sql_script.ts";
import type { Templates } from "./templates.ts";
import { refuseWriting, type Writing } from "./writing.ts";

export type { QueryResult, WriteResult };

export interface SqlSessionParts extends CallerTablesParts {
  readonly database: AnalyticsDatabase;
  /** Names the connection, its settings and the caller in cache keys. */
  readonly key: readonly unknown[];
  /** Names the caller to the database's pool. */
  readonly asker: string;
  /** See `SqlSpelling`. */
  readonly explain: string;
  readonly templates: Templates;
  readonly writing: Writing;
  /** Called when a script may have written, whatever became of it. */
  readonly onWritten: () => void;
  readonly cache: ResultCache | null;
  readonly limits: { readonly timeoutMs: number; readonly maxBytes: number };
}

/** As many as a tool takes: a short template that prints a long text is no way to have more read. */
const MAX_CHARACTERS = 100_000;

/** More than these in one call are another program's, not a person's. */
const MAX_STATEMENTS = 20;

/** Of rows in batches, which take no memory: more than any file that is meant. */
const MAX_STREAM_BYTES = 8 * 1024 ** 3;

/** Seconds for which the pages of an answer are of the same rows. */
const PAGES_SECONDS = 300;

export class SqlSession {
  readonly #parts: SqlSessionParts;
  /** The database's tables, as the caller may know them. */
  readonly tables: CallerTables;

  constructor(parts: SqlSessionParts) {
    this.#parts = parts;
    this.tables = new CallerTables(parts);
  }

  get mayReadRules(): boolean {
    return this.#parts.mayReadRules;
  }

  /** The one that is asked; null where the engine has none. */
  get catalog(): string | null {
    return this.#parts.naming.catalog;
  }

  /** The schema that tables without one are first looked up in; empty where there is none. */
  get defaultSchema(): string {
    return this.#parts.searchPath[0] ?? "";
  }

  /** The texts of a script's statements, templates rendered. @throws ServiceError invalid_sql */
  statements(text: string): readonly string[] {
    return this.#split(this.#parts.templates.render(text));
  }

  #split(rendered: string): readonly string[] {
    if (rendered.length > MAX_CHARACTERS) {
      throw new ServiceError(
        "too_large",
        `The SQL is longer than ${MAX_CHARACTERS} characters, templates rendered.`,
        { hint: "Have its templates print less.", details: { characters: rendered.length } },
      );
    }
    const texts = this.#parts.parser.split(rendered);
    if (texts.length > MAX_STATEMENTS) {
      throw new ServiceError("too_large", `The SQL holds more than ${MAX_STATEMENTS} statements.`, {
        hint: "Send fewer at a time.",
      });
    }
    return texts.length === 0 ? [rendered] : texts;
  }

  /**
   * Reads each statement on its own, refuses what is not allowed, and prints it anew, over several
   * lines.
   * @throws ServiceError invalid_sql, forbidden_sql
   */
  format(text: string): readonly string[] {
    return this.statements(text).map((sql) => this.#parsed(sql).readable);
  }

  /** What is wrong with a script, or with each of its statements; nothing where all is right. */
  faults(text: string): readonly StatementFault[] {
    let script = "";
    let texts: readonly string[] = [];
    const whole = faultIn(() => {
      script = this.#parts.templates.render(text);
      texts = this.#split(script);
    });
    if (whole !== null) return [{ statement: null, fault: whole }];
    let end = 0;
    return texts.flatMap((sql, at) => {
      const begin = script.indexOf(sql, end);
      end = begin + sql.length;
      // As much space as there is text before it: positions then count from the script's start.
      const placed = script.slice(0, begin).replaceAll(/[^\n]/gu, " ") + sql;
      const fault = faultIn(() => this.#parsed(placed).sql);
      return fault === null ? [] : [{ statement: at + 1, fault }];
    });
  }

  /**
   * Guards each statement of a script; nothing runs before all of them passed.
   * @param limit the most rows of each
   * @throws ServiceError invalid_sql, forbidden_sql, unavailable
   */
  async prepare(text: string, limit: number): Promise<PreparedScript> {
    const { parser, mayReadRules, templates } = this.#parts;
    const texts = this.statements(text);
    const parsed = texts.map((sql) => this.#parsed(sql));
    const tables = parsed.flatMap(({ tables }) => tables);
    refuseMany(tables);
    const context = await this.tables.context(tables);
    if (parsed.some(writes)) {
      const statements = parsed.map((one, at) => ({
        sql: texts[at]!,
        write: writes(one) ? one : null,
      }));
      const script = guardWrite(statements, context, limit);
      const targets = parsed.filter(writes)
        .map(({ tables, target }) => context.resolve!(tables[target]!)!);
      await this.tables.assertReach(targets);
      const shown = script.steps.map(({ sql }, at) => ({
        ...{ originalSql: texts[at]!, shownSql: sql, rules: [] },
        plainSql: () => templates.toldRules ? null : sql,
      }));
      return { kind: "write", statements: shown, script };
    }
    const statements = texts.map((sql) => {
      const plan = guardSql(sql, context, { limit });
      const isRuled = plan.rules.length > 0;
      const unruled = () => isRuled ? parser.statement(sql).rewrite({ limit }) : plan.sql;
      const plainSql = () => templates.toldRules ? null : unruled();
      const shownSql = mayReadRules ? plan.sql : unruled();
      return { originalSql: sql, shownSql, plainSql, rules: plan.rules, plan };
    });
    return { kind: "read", statements };
  }

  /** Reads one statement; one that writes only where the caller may. */
  #parsed(sql: string): ParsedStatement | ParsedWrite {
    const { parser, writing, policies } = this.#parts;
    const write = parser.write?.(sql) ?? null;
    if (write === null) return parser.statement(sql);
    refuseWriting(write.construct, writing);
    refuseBound(policies);
    return write;
  }

  /** @throws ServiceError `timeout`, `invalid_sql`, `unavailable`, … */
  async run({ plan }: ExplainedStatement, options: SqlRunOptions): Promise<RanStatement> {
    const { database, key, asker, cache, limits, naming } = this.#parts;
    const { maxRows, signal, onRows } = options;
    const load = () =>
      database.run(plan, {
        ...{ asker, maxRows, signal, onRows, maxBytes: limits.maxBytes, schema: naming.schema },
        timeoutMs: Math.min(options.timeoutMs, limits.timeoutMs),
      });
    if (cache === null) return { result: await load(), isKept: false };
    const whole = [...key, plan.policyKey, plan.sql];
    const { value: result, cached } = await cache.get(
      ...[whole, PAGES_SECONDS, !options.again, signal, load] as const,
    );
    return { result, isKept: cached.hit };
  }

  /**
   * Runs a script that writes: all of it, or nothing.
   * @throws ServiceError as `run`, and `conflict`; they say whether anything was written
   */
  async write({ script }: PreparedWrite, options: WriteOptions): Promise<readonly WriteResult[]> {
    const { database, asker, limits, naming, onWritten } = this.#parts;
    const { maxRows, signal } = options;
    try {
      return await database.write(script, {
        ...{ asker, maxRows, signal, maxBytes: limits.maxBytes, schema: naming.schema },
        timeoutMs: Math.min(options.timeoutMs, limits.timeoutMs),
      });
    } finally {
      onWritten();
    }
  }

  /**
   * The rows in batches, past the cache: while `take` is busy, the server waits.
   * @throws ServiceError as `run`; what `take` throws
   */
  async stream(
    { plan }: PreparedStatement,
    { maxRows, timeoutMs, signal }: Pick<WriteOptions, "maxRows" | "timeoutMs" | "signal">,
    take: (batch: QueryResult) => Promise<void>,
  ): Promise<void> {
    const { database, asker, naming } = this.#parts;
    const within = { asker, maxRows, signal, timeoutMs, maxBytes: MAX_STREAM_BYTES };
    await database.stream(plan, { ...within, schema: naming.schema }, take);
  }

  /**
   * Guards each statement of a script as one that tells its plan.
   * @throws ServiceError as `prepare`; forbidden_sql for what the caller may not read whole
   */
  async explain(text: string): Promise<readonly ExplainedStatement[]> {
    const { parser, explain } = this.#parts;
    const texts = this.statements(text);
    const tables = texts.flatMap((sql) => parser.statement(sql).tables);
    refuseMany(tables);
    await this.tables.assertWhole(tables);
    const context = await this.tables.context(tables);
    return texts.map((sql) => ({
      originalSql: sql,
      plan: guardExplain(guardSql(sql, context), explain),
    }));
  }

  /** What applies on the tables that a text reads. @throws ServiceError as `prepare` */
  async standing(text: string): Promise<readonly TableStanding[]> {
    return await this.tables.standing(
      this.statements(text).flatMap((sql) => this.#parsed(sql).tables),
    );
  }
}

function writes(parsed: ParsedStatement | ParsedWrite): parsed is ParsedWrite {
  return "target" in parsed;
}
