/**
 * One database opened for SQL that a caller writes. Every table is named as the engine will resolve
 * it, asked of `TableAccess`, and put under the rules of all datasets that name it; what runs goes
 * through `guardSql`, since nothing else makes what `run` takes.
 */
import type { AnalyticsDatabase } from "../drivers/analytics/connections.ts";
import type {
  ColumnInfo,
  QueryResult,
  TableDetails,
  TableInfo,
  WriteResult,
} from "../drivers/analytics/engine.ts";
import { ServiceError } from "../errors.ts";
import { guardExplain, guardSql } from "../query/guard/guard.ts";
import { guardWrite, refuseBound, type WriteContext } from "../query/guard/guard_write.ts";
import type { GuardedPlan } from "../query/guard/guarded_plan.ts";
import type { GuardedWrite } from "../query/guard/guarded_write.ts";
import { type Naming, tableKey } from "../query/guard/table_key.ts";
import type { ViewsOver } from "../query/guard/underneath.ts";
import { isWhole, type WholeContext } from "../query/guard/whole.ts";
import type { RowPolicy, TableName } from "../query/policy.ts";
import type { NamedTable, ParsedStatement, ParsedWrite, SqlParser } from "../query/sql/dialect.ts";
import type { ResultCache } from "./result_cache.ts";
import type { SchemaTables, TableCatalogue } from "./table_catalogue.ts";
import type { Grant, TableAccess } from "./table_access.ts";
import type { Templates } from "./templates.ts";
import { joinViews } from "./views_over.ts";
import { refuseReach } from "./write_reach.ts";
import { refuseWriting, type Writing } from "./writing.ts";

export type { QueryResult, WriteResult };

export interface SqlSessionParts {
  readonly database: AnalyticsDatabase;
  /** Names the connection, its settings and the caller in cache keys. */
  readonly key: readonly unknown[];
  /** Names the caller to the database's pool. */
  readonly asker: string;
  readonly parser: SqlParser;
  /** See `SqlSpelling`. */
  readonly explain: string;
  readonly naming: Naming;
  /** The catalog of a dataset that names none. */
  readonly defaultCatalog: string | null;
  /** The schemas in which the caller's names without one are looked up, in order. */
  readonly searchPath: readonly string[];
  /** The same for a dataset that names no schema: the connection's own, whatever the caller says. */
  readonly ownPath: readonly string[];
  /** See `GuardContext`. */
  readonly rowFunctions: ReadonlySet<string>;
  /** See `SessionInfo`. */
  readonly anyColumns?: ReadonlyMap<string, string>;
  readonly catalogue: TableCatalogue;
  readonly access: (place: Place) => Promise<TableAccess>;
  readonly policies: readonly RowPolicy[];
  readonly templates: Templates;
  readonly mayReadRules: boolean;
  readonly writing: Writing;
  /** Called when a script may have written, whatever became of it. */
  readonly onWritten: () => void;
  readonly cache: ResultCache | null;
  readonly limits: { readonly timeoutMs: number; readonly maxBytes: number };
}

/** The full name of the table that a dataset means. */
export type Place = (table: TableName) => TableName;

/** A statement as it is told of. */
export interface ShownStatement {
  /** As it was written, with templates rendered. */
  readonly originalSql: string;
  /** As it runs; without the rules' own text for callers who may not read rules. */
  readonly shownSql: string;
  /** As it would run without any rule, limit and all: what others may read of it. */
  readonly plainSql: () => string;
  /** The rules that narrow it, by name. */
  readonly rules: readonly string[];
}

/** A statement that may be run, and only reads. */
export interface PreparedStatement extends ShownStatement {
  readonly plan: GuardedPlan;
}

export interface StatementFault {
  /** From 1; null where the script can't be told apart into statements. */
  readonly statement: number | null;
  readonly fault: ServiceError;
}

/** One that asks how a statement would be run. */
export type ExplainedStatement = Pick<PreparedStatement, "originalSql" | "plan">;

/** A script of which a statement writes: it is run whole. */
export interface PreparedWrite {
  readonly kind: "write";
  readonly statements: readonly ShownStatement[];
  readonly script: GuardedWrite;
}

export type PreparedScript = PreparedWrite | {
  readonly kind: "read";
  readonly statements: readonly PreparedStatement[];
};

export interface WriteOptions {
  /** Of each statement. */
  readonly timeoutMs: number;
  /** The most rows that one statement may give: beyond it nothing is written. */
  readonly maxRows: number;
  readonly signal: AbortSignal;
}

export interface SqlRunOptions extends WriteOptions {
  /** True: the rows of a moment ago will do, for a further page of them. */
  readonly again: boolean;
  readonly onRows?: (rows: number) => void;
}

/** What applies to a caller on one table. */
export interface TableStanding {
  readonly table: TableName;
  readonly grants: readonly Grant[];
  readonly rules: RowPolicy["rules"];
}

/** A table as a caller may know it. */
export interface DescribedTable {
  readonly info: TableInfo;
  readonly columns: readonly ColumnInfo[];
  /** Of the foreign keys those to tables that are the caller's to read. */
  readonly keys: Omit<TableDetails, "estimatedRows" | "bytes">;
  /** Null where the caller may not read every row of it. */
  readonly size: Pick<TableDetails, "estimatedRows" | "bytes"> | null;
}

/** What the schemas hold that a session looks into. */
interface Known {
  readonly access: TableAccess;
  readonly loaded: ReadonlyMap<string, SchemaTables>;
  /** The first schema on a path that has such a table. */
  readonly found: (table: string, path: readonly string[]) => string | null;
  /** The tables that the caller's datasets name. */
  readonly named: readonly TableName[];
  readonly policies: readonly RowPolicy[];
}

/** More than these in one call are another program's, not a person's. */
const MAX_STATEMENTS = 20;

/** Of rows in batches, which take no memory: more than any file that is meant. */
const MAX_STREAM_BYTES = 8 * 1024 ** 3;

/** Seconds for which the pages of an answer are of the same rows. */
const PAGES_SECONDS = 300;

export class SqlSession {
  readonly #parts: SqlSessionParts;

  constructor(parts: SqlSessionParts) {
    this.#parts = parts;
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
    const { parser, mayReadRules } = this.#parts;
    const texts = this.statements(text);
    const parsed = texts.map((sql) => this.#parsed(sql));
    const context = await this.#context(parsed.flatMap(({ tables }) => tables));
    if (parsed.some(writes)) {
      const statements = parsed.map((one, at) => ({
        sql: texts[at]!,
        write: writes(one) ? one : null,
      }));
      const script = guardWrite(statements, context, limit);
      const targets = parsed.filter(writes)
        .map(({ tables, target }) => context.resolve!(tables[target]!)!);
      const { catalogue, naming } = this.#parts;
      await refuseReach(targets, { access: (await this.#known([])).access, catalogue, naming });
      const shown = script.steps.map(({ sql }, at) => ({
        ...{ originalSql: texts[at]!, shownSql: sql, plainSql: () => sql, rules: [] },
      }));
      return { kind: "write", statements: shown, script };
    }
    const statements = texts.map((sql) => {
      const plan = guardSql(sql, context, { limit });
      const isRuled = plan.rules.length > 0;
      const plainSql = () => isRuled ? parser.statement(sql).rewrite({ limit }) : plan.sql;
      const shownSql = mayReadRules ? plan.sql : plainSql();
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
  async run({ plan }: ExplainedStatement, options: SqlRunOptions): Promise<QueryResult> {
    const { database, key, asker, cache, limits, naming } = this.#parts;
    const { maxRows, signal, onRows } = options;
    const load = () =>
      database.run(plan, {
        ...{ asker, maxRows, signal, onRows, maxBytes: limits.maxBytes, schema: naming.schema },
        timeoutMs: Math.min(options.timeoutMs, limits.timeoutMs),
      });
    if (cache === null) return await load();
    const whole = [...key, plan.policyKey, plan.sql];
    return (await cache.get(whole, PAGES_SECONDS, !options.again, signal, load)).value;
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

  /** The schemas in which the caller may read anything. */
  async schemas(): Promise<readonly string[]> {
    const { catalogue, naming } = this.#parts;
    const { access, named } = await this.#known([]);
    const schemas = await catalogue.schemas();
    const fold = (schema: string | null) => schema === null ? null : naming.fold(schema);
    const ofDatasets = new Set(named.map(({ schema }) => fold(schema)));
    return schemas.filter((schema) =>
      access.mayList(naming.catalog, schema) || ofDatasets.has(fold(schema))
    );
  }

  /** The tables of a schema that the caller may read, by name; none where it does not exist. */
  async tables(schema: string): Promise<readonly TableInfo[]> {
    const { access, loaded } = await this.#known([schema]);
    const found = [...loaded.get(schema)!.tables.values()];
    return found.filter((table) => this.#mayRead(access, table));
  }

  /** A table, as far as the caller may know it; null where it is not there or not theirs to read. */
  async table(schema: string, name: string): Promise<DescribedTable | null> {
    const { catalogue, naming } = this.#parts;
    const known = await this.#known([schema]);
    const info = known.loaded.get(schema)!.tables.get(naming.fold(name));
    if (info === undefined || !this.#mayRead(known.access, info)) return null;
    const [columns, details] = await Promise.all([
      catalogue.columns(info),
      catalogue.details(info),
    ]);
    const table = { catalog: naming.catalog, schema: info.schema, table: info.name };
    const size = isWhole(table, this.#wholeContext(known))
      ? { estimatedRows: details.estimatedRows, bytes: details.bytes }
      : null;
    const foreignKeys = details.foreignKeys.filter((key) =>
      this.#mayRead(known.access, { schema: key.schema ?? info.schema, name: key.table })
    );
    return { info, columns, keys: { ...details, foreignKeys }, size };
  }

  /**
   * Guards each statement of a script as one that tells its plan.
   * @throws ServiceError as `prepare`; forbidden_sql for what the caller may not read whole
   */
  async explain(text: string): Promise<readonly ExplainedStatement[]> {
    const { parser, explain } = this.#parts;
    const texts = this.statements(text);
    const tables = texts.flatMap((sql) => parser.statement(sql).tables);
    const context = await this.#context(tables);
    const schemas = tables.flatMap(({ schema }) => schema === null ? [] : [schema]);
    const whole = this.#wholeContext(await this.#known(schemas));
    const part = tables.find((table) => !isWhole(context.resolve!(table)!, whole));
    if (part !== undefined) throw notWhole(part);
    return texts.map((sql) => ({
      originalSql: sql,
      plan: guardExplain(guardSql(sql, context), explain),
    }));
  }

  /** What applies on the tables that a text reads. @throws ServiceError as `prepare` */
  async standing(text: string): Promise<readonly TableStanding[]> {
    return await this.standingOf(
      this.statements(text).flatMap((sql) => this.#parsed(sql).tables),
    );
  }

  /** The same for tables by name. @throws ServiceError forbidden_sql */
  async standingOf(names: readonly NamedTable[]): Promise<readonly TableStanding[]> {
    const context = await this.#context(names);
    const { access } = await this.#known([]);
    const byKey = new Map(names.map((name) => {
      const table = context.resolve!(name)!;
      return [tableKey(table, context.naming), table] as const;
    }));
    return [...byKey].map(([key, table]) => ({
      table,
      grants: access.grants(table, key),
      rules: context.policies.filter((policy) =>
        !policy.virtual && tableKey(policy.table, context.naming) === key
      ).flatMap(({ rules }) => rules),
    }));
  }

  #mayRead(access: TableAccess, table: Pick<TableInfo, "schema" | "name">): boolean {
    const { naming } = this.#parts;
    const name = { catalog: naming.catalog, schema: table.schema, table: table.name };
    return access.mayRead(name, tableKey(name, naming));
  }

  /** What is known of the schemas that names may be in. */
  async #known(schemas: readonly string[]): Promise<Known> {
    const { catalogue, searchPath, ownPath, naming, defaultCatalog, policies } = this.#parts;
    const wanted = [...new Set([...searchPath, ...ownPath, ...schemas])];
    const loaded = new Map(
      await Promise.all(wanted.map(async (name) => [name, await catalogue.schema(name)] as const)),
    );
    const found = (table: string, path: readonly string[]) =>
      path.find((schema) => loaded.get(schema)!.tables.has(naming.fold(table))) ?? null;
    const place: Place = ({ catalog, schema, table }) => ({
      catalog: catalog ?? defaultCatalog,
      schema: schema ?? found(table, ownPath) ?? naming.schema,
      table,
    });
    const named: TableName[] = [];
    const access = await this.#parts.access((table) => {
      const full = place(table);
      named.push(full);
      return full;
    });
    const placed = policies.map((policy): RowPolicy => ({ ...policy, table: place(policy.table) }));
    return { access, loaded, found, named, policies: placed };
  }

  #wholeContext({ access, loaded, policies }: Known): WholeContext {
    const { naming } = this.#parts;
    return {
      ...{ naming, policies, viewsOver: viewsOf(loaded) },
      mayRead: (table) => access.mayRead(table, tableKey(table, naming)),
      isOwnTable: isOwnTable(loaded, naming),
    };
  }

  async #context(names: readonly NamedTable[]): Promise<WriteContext> {
    const { parser, naming, searchPath, mayReadRules, rowFunctions, anyColumns } = this.#parts;
    const known = { parser, naming, mayReadRules, rowFunctions, anyColumns, dataset: null };
    if (names.length === 0) {
      // No rule and no table of the database bears on SQL that names none; one would be refused.
      return { ...known, policies: [], resolve: () => null, isOwnTable: () => false };
    }
    const ofNames = names.flatMap(({ schema }) => schema === null ? [] : [schema]);
    const { access, loaded, found, policies } = await this.#known(ofNames);
    return {
      ...{ ...known, policies },
      isOwnTable: isOwnTable(loaded, naming),
      viewsOver: viewsOf(loaded),
      resolve: (name) => {
        const schema = name.schema ?? found(name.table, searchPath);
        const catalog = name.catalog ?? naming.catalog;
        const info = schema === null || catalog !== naming.catalog
          ? undefined
          : loaded.get(schema)!.tables.get(naming.fold(name.table));
        const table = info === undefined
          ? null
          : { catalog, schema: info.schema, table: info.name };
        if (table !== null && access.mayRead(table, tableKey(table, naming))) return table;
        throw unreadable(name, access.mayList(catalog, schema ?? searchPath[0] ?? null));
      },
    };
  }
}

/** What is wrong with the text that `work` reads; all else is a failure. */
function faultIn(work: () => unknown): ServiceError | null {
  try {
    work();
    return null;
  } catch (fault) {
    if (fault instanceof ServiceError && /_sql$/.test(fault.type)) return fault;
    throw fault;
  }
}

function writes(parsed: ParsedStatement | ParsedWrite): parsed is ParsedWrite {
  return "target" in parsed;
}

function isOwnTable(loaded: Known["loaded"], naming: Naming): WholeContext["isOwnTable"] {
  return ({ schema, table }) =>
    loaded.get(schema ?? "")?.tables.get(naming.fold(table))?.kind === "table";
}

/** What each view, partition or foreign table shows rows of. */
function viewsOf(loaded: Known["loaded"]): ViewsOver {
  return joinViews([...loaded.values()].map(({ views }) => views));
}

function notWhole({ table }: NamedTable): ServiceError {
  return new ServiceError(
    "forbidden_sql",
    `The plan of '${table.slice(0, 200)}' is not yours to see: you may not read every row of it.`,
    { hint: "explain_access tells what narrows it; execute_sql runs the statement." },
  );
}

/** The same words for a table that is not there and for one that is not theirs. */
function unreadable({ catalog, schema, table }: NamedTable, mayList: boolean): ServiceError {
  const name = [catalog, schema, table].filter((part) => part !== null).join(".").slice(0, 200);
  return mayList
    ? new ServiceError("forbidden_sql", `There is no table '${name}'.`, {
      hint: "list_tables tells the tables of a schema.",
      details: { table: name },
    })
    : new ServiceError("forbidden_sql", `There is no table '${name}' that you may read.`, {
      hint: "list_tables and list_datasets show what you may read.",
      details: { table: name },
    });
}
