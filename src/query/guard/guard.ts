/**
 * Binds a query to the rules of who asks. The only maker of a `GuardedPlan`: it reads the SQL by the
 * engine's own grammar, puts every table under its rules, and refuses what it can't read or name.
 */
import { ServiceError } from "../../errors.ts";
import type { PlannedQuery } from "../plan/planned_query.ts";
import type { RowPolicy, TableName } from "../policy.ts";
import type { NamedTable, SqlParser } from "../sql/dialect.ts";
import { forbidden } from "../sql/forbidden.ts";
import { bindRules, type BoundRules, NO_RULES } from "./bind_rules.ts";
import { GUARD_TOKEN, GuardedPlan, type PlannedColumn } from "./guarded_plan.ts";
import { policyKey } from "./policy_key.ts";
import { type Naming, tableKey } from "./table_key.ts";
import { refuseHiddenUnderneath, type ViewsOver } from "./underneath.ts";

export interface GuardContext {
  readonly parser: SqlParser;
  /** What binds the caller on the dataset that is asked; null for free SQL. */
  readonly dataset: RowPolicy | null;
  /** What binds the caller on every dataset of this database, for tables that SQL names itself. */
  readonly policies: readonly RowPolicy[];
  readonly naming: Naming;
  /**
   * The table that the engine reads under a name; null where it can't tell, which refuses the query.
   * Without it a name is completed by the connection's own catalog and schema.
   */
  readonly resolve?: (name: NamedTable) => TableName | null;
  /** Whether the caller may read a table at all, where that is not settled by the dataset. */
  readonly mayRead?: (table: TableName) => boolean;
  readonly viewsOver?: ViewsOver;
  /** Functions that a column's notation may call (`SessionInfo`), which it then may not. */
  readonly rowFunctions?: ReadonlySet<string>;
  /**
   * A column of each table and view, by lower-case name, where statements must hold calls by which they
   * can be ended.
   */
  readonly anyColumns?: ReadonlyMap<string, string>;
  /** True for who may read rules: errors then name the rule at fault. */
  readonly mayReadRules?: boolean;
}

/** @throws ServiceError forbidden_sql, invalid_sql, permission_denied */
export function guard(planned: PlannedQuery, context: GuardContext): GuardedPlan {
  return guardSql(planned.sql, context, planned);
}

/**
 * The same statement, asked how it would be run: it is not run then.
 * @param explain what the engine writes in front of it
 * @throws ServiceError forbidden_sql where rules narrow it, of whose hidden rows a plan tells
 */
export function guardExplain(plan: GuardedPlan, explain: string): GuardedPlan {
  if (plan.rules.length > 0) throw forbidden("a table of which you may not read every row");
  const { sql, parameters, rules, policyKey } = plan;
  // Nothing else of the plan: what is sent in place of `sql` would run the statement.
  return new GuardedPlan(GUARD_TOKEN, {
    ...{ parameters, rules, policyKey, columns: null },
    sql: `${explain} ${sql}`,
  });
}

/** The same for the query that counts the rows. @returns null where none was planned */
export function guardCount(planned: PlannedQuery, context: GuardContext): GuardedPlan | null {
  if (planned.countSql === null) return null;
  return guardSql(planned.countSql, context, { ...planned, columns: null });
}

/** What comes with a statement. */
export interface Attached {
  readonly parameters?: readonly unknown[];
  readonly columns?: readonly PlannedColumn[] | null;
  /** The SQL of the asked dataset as it stands in the statement, where it is a virtual one. */
  readonly virtualSql?: string | null;
  /** The most rows it may give. */
  readonly limit?: number;
}

/** Guards one statement. @throws as `guard` */
export function guardSql(
  sql: string,
  context: GuardContext,
  { parameters = [], columns = null, virtualSql = null, limit }: Attached = {},
): GuardedPlan {
  const { parser, dataset, naming } = context;
  if (dataset?.virtual && virtualSql === null) {
    throw new ServiceError("internal", "Cannot guard a virtual dataset's query without its SQL.");
  }
  const statement = parser.statement(sql, { parameters: parameters.length });
  refuseCallByColumn(statement.fields ?? [], context);
  const bind = (policies: readonly RowPolicy[]) =>
    bindRules(policies, parser, context.mayReadRules ?? false);

  refuseMany(statement.tables);
  const filters = new Map<number, string>();
  const names = new Map<number, TableName>();
  const applied: BoundRules[] = [];
  statement.tables.forEach((name, index) => {
    const table = resolved(name, context);
    names.set(index, fullName(name, table, naming));
    const bound = bind(policiesOn(table, context));
    refuseHiddenUnderneath(table, context);
    if (bound.condition === null) return;
    filters.set(index, bound.condition);
    applied.push(bound);
  });

  const around = dataset?.virtual ? bind([dataset]) : NO_RULES;
  if (around.condition !== null) applied.push(around);
  const virtual = virtualSql === null || around.condition === null
    ? undefined
    : { sql: virtualSql, filter: around.condition };

  const bound = statement.rewrite({ filters, names, virtual, schema: naming.schema, limit });
  const { anyColumns } = context;
  return new GuardedPlan(GUARD_TOKEN, {
    sql: bound,
    stoppableSql: anyColumns &&
      parser.statement(bound, { parameters: parameters.length }).stoppable?.(anyColumns),
    parameters,
    columns,
    rules: [...new Set(applied.flatMap((bound) => bound.names))],
    policyKey: policyKey(applied),
  });
}

/**
 * Reading, fencing and reading again takes a millisecond for each table, and everyone waits.
 * @param tables of all statements of a script
 * @throws ServiceError too_large
 */
export function refuseMany(tables: readonly NamedTable[]): void {
  if (tables.length <= MAX_TABLES) return;
  throw new ServiceError("too_large", `The SQL names more than ${MAX_TABLES} tables.`, {
    hint: "A table that is named twice counts twice: name it once in WITH, or ask in parts.",
    details: { tables: tables.length },
  });
}

const MAX_TABLES = 500;

/**
 * The name to write for a table: a catalog that is the connection's own is not written, since some
 * engines know no other.
 */
export function fullName(name: NamedTable, table: TableName, naming: Naming): TableName {
  const catalog = name.catalog === null && table.catalog === naming.catalog ? null : table.catalog;
  return { ...table, catalog };
}

/**
 * The table that a name means, which the caller may read.
 * @throws ServiceError forbidden_sql, permission_denied
 */
export function resolved(name: NamedTable, context: GuardContext): TableName {
  const { resolve, naming, mayRead } = context;
  const table = resolve === undefined ? completed(name, naming) : resolve(name);
  if (table === null) {
    throw new ServiceError("forbidden_sql", `Cannot tell which table '${name.table}' is.`, {
      hint: "Write it with its schema.",
    });
  }
  if (isClosed(table, naming)) {
    throw forbidden("Superset's own metadata", "Keep what is to be analysed elsewhere.");
  }
  if (mayRead !== undefined && !mayRead(table)) {
    throw new ServiceError("permission_denied", `No access to the table '${name.table}'.`, {
      hint: "list_datasets shows what you may read.",
    });
  }
  return table;
}

/** Whatever case the server takes its name in. */
function isClosed({ schema }: TableName, { closedSchema }: Naming): boolean {
  return closedSchema !== undefined && schema?.toLowerCase() === closedSchema.toLowerCase();
}

function completed(name: NamedTable, naming: Naming): TableName {
  return {
    catalog: name.catalog ?? naming.catalog,
    schema: name.schema ?? naming.schema,
    table: name.table,
  };
}

/** The asked dataset's own rules on its own table; on any other, those of all datasets that name it. */
function policiesOn(table: TableName, context: GuardContext): readonly RowPolicy[] {
  const { dataset, naming, policies } = context;
  const key = tableKey(table, naming);
  const names = (policy: RowPolicy) => !policy.virtual && tableKey(policy.table, naming) === key;
  return dataset !== null && names(dataset) ? [dataset] : policies.filter(names);
}

/** A function that a person made may read any table, also one that is called like a column. */
export function refuseCallByColumn(
  fields: readonly string[],
  { rowFunctions }: GuardContext,
): void {
  const called = fields.find((name) => rowFunctions?.has(name));
  if (called === undefined) return;
  throw forbidden(
    `.${called}, which could call a function`,
    "Name the column without its table, or give it another name there.",
  );
}
