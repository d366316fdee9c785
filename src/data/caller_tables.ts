/**
 * The tables of a database as a caller may know them: which are theirs to read, by which grants and
 * under which rules, and as what the guard has to take a name.
 */
import type { ColumnInfo, TableDetails, TableInfo } from "../drivers/analytics/engine.ts";
import { ServiceError } from "../errors.ts";
import type { WriteContext } from "../query/guard/guard_write.ts";
import { type Naming, tableKey } from "../query/guard/table_key.ts";
import { hiddenUnderneath, type ViewsOver } from "../query/guard/underneath.ts";
import { isWhole, type WholeContext } from "../query/guard/whole.ts";
import type { RowPolicy, TableName } from "../query/policy.ts";
import type { NamedTable, SqlParser } from "../query/sql/dialect.ts";
import type { Grant, TableAccess } from "./table_access.ts";
import type { SchemaTables, TableCatalogue } from "./table_catalogue.ts";
import { joinViews } from "./views_over.ts";
import { refuseReach } from "./write_reach.ts";

export interface CallerTablesParts {
  readonly parser: SqlParser;
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
  readonly mayReadRules: boolean;
}

/** The full name of the table that a dataset means. */
export type Place = (table: TableName) => TableName;

/** What applies to a caller on one table. */
export interface TableStanding {
  readonly table: TableName;
  readonly grants: readonly Grant[];
  readonly rules: RowPolicy["rules"];
  /** Why the table is refused all the same: it shows rows of another, whose rules bind the caller. */
  readonly refused: string | null;
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

export class CallerTables {
  readonly #parts: CallerTablesParts;

  constructor(parts: CallerTablesParts) {
    this.#parts = parts;
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
  async list(schema: string): Promise<readonly TableInfo[]> {
    const { access, loaded } = await this.#known([schema]);
    const found = [...loaded.get(schema)!.tables.values()];
    return found.filter((table) => this.#mayRead(access, table));
  }

  /** A table, as far as the caller may know it; null where it is not there or not theirs to read. */
  async describe(schema: string, name: string): Promise<DescribedTable | null> {
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

  /** @throws ServiceError forbidden_sql for a table of which the caller may not read every row */
  async assertWhole(tables: readonly NamedTable[]): Promise<void> {
    const context = await this.context(tables);
    const schemas = tables.flatMap(({ schema }) => schema === null ? [] : [schema]);
    const whole = this.#wholeContext(await this.#known(schemas));
    const part = tables.find((table) => !isWhole(context.resolve!(table)!, whole));
    if (part !== undefined) throw notWhole(part);
  }

  /** Asks that the caller may read what writing to these tables reaches. @throws ServiceError */
  async assertReach(targets: readonly TableName[]): Promise<void> {
    const { catalogue, naming } = this.#parts;
    await refuseReach(targets, { access: (await this.#known([])).access, catalogue, naming });
  }

  /** What applies on tables by name. @throws ServiceError forbidden_sql */
  async standing(names: readonly NamedTable[]): Promise<readonly TableStanding[]> {
    const context = await this.context(names);
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
      refused: hiddenUnderneath(table, context)?.message ?? null,
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

  /** What the guard has to know of the tables that SQL names. */
  async context(names: readonly NamedTable[]): Promise<WriteContext> {
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
