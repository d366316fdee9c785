/**
 * The functions and names that Superset gives to templates (6.1: superset/jinja_context.py). What they
 * read of the caller and of the query's filters is recorded, and marked as text of someone else.
 */
import type { Dataset } from "../dataset.ts";
import { strftime } from "../plan/strftime.ts";
import type { TemplateValues } from "../plan/template_values.ts";
import type { QueryObject } from "../query_object.ts";
import type { SqlSpelling } from "../sql/dialect.ts";
import { NO_TIME_RANGE, timeRange } from "../time/time_range.ts";
import { callable } from "./calls.ts";
import { filtersOn, temporalFilterOn } from "./query_filters.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  type Callable,
  Dict,
  Fields,
  foreign,
  plain,
  plainText,
  Sequence,
  type Text,
  toValue,
  truth,
  type Value,
} from "./values.ts";

export interface TemplateCaller {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly roles: readonly string[];
  /** The claims that a template may read as `current_user.<claim>`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What a template is rendered for. */
export interface TemplateContext {
  readonly caller: TemplateCaller;
  readonly dialect: Pick<SqlSpelling, "name" | "literal" | "timeLiteral">;
  readonly query: QueryObject;
  readonly values: TemplateValues;
  readonly dataset: Dataset;
  readonly now: Date;
  /** Values that an operator gives to every template. */
  readonly operatorValues?: Readonly<Record<string, unknown>>;
  /** Another dataset that the caller may read, for `metric`; null where there is none. */
  readonly findDataset?: (id: number) => Dataset | null;
  /** The SQL of another dataset that the caller may read, for `dataset`; null where there is none. */
  readonly datasetSql?: (id: number, options: DatasetSqlOptions) => string | null;
}

export interface DatasetSqlOptions {
  readonly includeMetrics: boolean;
  /** All columns where it is null. */
  readonly columns: readonly string[] | null;
}

/** What templates read and took over, for cache keys and for the plan. */
export interface TemplateRecord {
  readonly cacheKeys: unknown[];
  readonly appliedFilters: Set<string>;
  readonly removedFilters: Set<string>;
}

/** What differs between texts of one query. */
export interface MacroTools {
  /** Renders a saved metric in the scope it is asked for in. */
  readonly renderMetric: (expression: string) => Value;
  /** The clauses of the rules on the dataset; throws where the text may not use them. */
  readonly ruleClauses: () => readonly (string | Text)[];
}

/** The names a template starts with. */
export function superset(
  context: TemplateContext,
  record: TemplateRecord,
  tools: MacroTools,
): readonly (readonly [string, Value])[] {
  return [
    ...queryValues(context.values),
    ...Object.entries(context.dataset.templateParams).map(own),
    ...Object.entries(context.operatorValues ?? {}).map(own),
    ...callerMacros(context.caller, record, tools),
    ...filterMacros(context, record),
    ...datasetMacros(context, tools),
  ];
}

const own = ([name, data]: readonly [string, unknown]) => [name, toValue(data, false)] as const;

function queryValues(values: TemplateValues): readonly (readonly [string, Value])[] {
  const { columns, groupby, metrics, filter, time_grain, ...rest } = values;
  const asked = { columns, groupby, metrics, filter, time_grain };
  return [
    ...Object.entries(asked).map(([name, data]) => [name, toValue(data, true)] as const),
    ...Object.entries(rest).map(own),
  ];
}

/** Nobody else can be asked for: these tell a template about its caller alone. */
function callerMacros(
  caller: TemplateCaller,
  { cacheKeys }: TemplateRecord,
  tools: MacroTools,
): readonly (readonly [string, Value])[] {
  const ofCaller = (name: string, data: unknown, key = data) =>
    named(callable(name, [["add_to_cache_keys", true]], (argument) => {
      if (data === null || data === "") return null;
      if (truth(argument("add_to_cache_keys"))) cacheKeys.push(key);
      return toValue(data, true);
    }));
  const roles = caller.roles.toSorted((one, two) => one < two ? -1 : one > two ? 1 : 0);
  return [
    ofCaller("current_user_id", caller.id),
    ofCaller("current_username", caller.username),
    ofCaller("current_user_email", caller.email),
    ofCaller("current_user_roles", roles.length === 0 ? null : roles, JSON.stringify(roles)),
    named(callable("current_user_rls_rules", [], () => {
      const clauses = tools.ruleClauses();
      if (clauses.length === 0) return null;
      cacheKeys.push(JSON.stringify(clauses));
      return new Sequence(clauses);
    })),
    ["current_user", claims(caller.attributes)],
    named(callable("cache_key_wrapper", ["key"], (argument) => {
      const key = argument("key");
      cacheKeys.push(plain(key));
      return key;
    })),
  ];
}

/** A claim that the token does not hold is an error: nothing may pass for it. */
function claims(attributes: Readonly<Record<string, unknown>>): Fields {
  const present = Object.entries(attributes)
    .filter(([, claim]) => claim !== null && claim !== undefined && claim !== "");
  return new Fields(() => present.map(([name, claim]) => [name, toValue(claim, true)] as const), {
    required: (name) =>
      new TemplateFault(
        `The caller's token has no claim '${name}'`,
        null,
        "The identity provider has to send it, and MCP_USER_ATTRIBUTE_CLAIMS has to name it.",
      ),
  });
}

function filterMacros(
  context: TemplateContext,
  record: TemplateRecord,
): readonly (readonly [string, Value])[] {
  const { query } = context;
  const filters = (column: string, remove: boolean) => {
    const found = filtersOn(query, column);
    if (found.length > 0) note(record, column, remove);
    return found;
  };
  return [
    named(callable(
      "get_filters",
      ["column", ["remove_filter", false]],
      (argument) => {
        const column = plainText(argument("column"), "a column");
        const found = filters(column, truth(argument("remove_filter")));
        return new Sequence(
          found.map(({ op, val }) =>
            new Dict([["op", op], ["col", argument("column")], ["val", toValue(val, true)]])
          ),
        );
      },
    )),
    named(callable(
      "filter_values",
      ["column", ["default", null], ["remove_filter", false]],
      (argument) => {
        const column = plainText(argument("column"), "a column");
        const values = filters(column, truth(argument("remove_filter")))
          .flatMap(({ val }) => Array.isArray(val) ? val : [val])
          .filter((value) => value !== undefined && value !== null && value !== "");
        if (values.length > 0 || !truth(argument("default"))) return toValue(values, true);
        return new Sequence([argument("default")]);
      },
    )),
    named(timeFilter(context, record)),
    named(callable(
      "url_param",
      ["param", ["default", null], ["add_to_cache_keys", true], ["escape_result", true]],
      (argument) => {
        const name = plainText(argument("param"), "a parameter's name");
        const given = query.url_params ?? {};
        const value = Object.hasOwn(given, name) ? toValue(given[name], true) : argument("default");
        if (truth(argument("add_to_cache_keys"))) record.cacheKeys.push(plain(value));
        return value;
      },
    )),
  ];
}

function note(record: TemplateRecord, column: string, remove: boolean): void {
  record.appliedFilters.add(column);
  if (remove) record.removedFilters.add(column);
}

function timeFilter(context: TemplateContext, record: TemplateRecord): Callable {
  const { query, dataset, dialect, now } = context;
  const parameters = [
    ["column", null],
    ["default", null],
    ["target_type", null],
    ["strftime", null],
    ["remove_filter", false],
  ] as const;
  return callable("get_time_filter", parameters, (argument) => {
    const column = plain(argument("column"));
    let type = plain(argument("target_type"));
    let range: string | null = query.time_range ?? null;
    if (typeof column === "string" && column !== "") {
      const filter = temporalFilterOn(query, column);
      if (filter !== null) {
        note(record, column, truth(argument("remove_filter")));
        range = filter;
        type ??= dataset.columns.find((one) => one.column_name === column)?.type ?? null;
      }
    }
    const isNone = range === null || range === "" || range === NO_TIME_RANGE;
    const text = isNone ? plain(argument("default")) ?? NO_TIME_RANGE : range;
    const { from, to } = timeRange(plainText(text, "a time range"), { now });
    const pattern = plain(argument("strftime"));
    const written = (moment: Date | null): Value => {
      if (moment === null) return null;
      if (typeof pattern === "string" && pattern !== "") return strftime(moment, pattern);
      return dialect.timeLiteral(moment, typeof type === "string" ? type : null);
    };
    return new Fields(() => [
      ["from_expr", written(from)],
      ["to_expr", written(to)],
      ["time_range", isNone ? text : foreign(range!)],
    ]);
  });
}

function datasetMacros(
  { dataset, findDataset, datasetSql }: TemplateContext,
  tools: MacroTools,
): readonly (readonly [string, Value])[] {
  const missing = (id: number) =>
    new TemplateFault(
      `There is no dataset ${id} that can be used here`,
      null,
      "Name the dataset by a number, as it stands in Superset.",
    );
  return [
    named(callable(
      "dataset",
      ["dataset_id", ["include_metrics", false], ["columns", null]],
      (argument) => {
        const id = identifier(argument("dataset_id"));
        const columns = argument("columns");
        const sql = datasetSql?.(id, {
          includeMetrics: truth(argument("include_metrics")),
          columns: columns instanceof Sequence && columns.items.length > 0
            ? columns.items.map((column) => plainText(column, "a column"))
            : null,
        }) ?? null;
        if (sql === null) throw missing(id);
        return `(\n${sql}\n) AS dataset_${id}`;
      },
    )),
    named(callable("metric", ["metric_key", ["dataset_id", null]], (argument) => {
      const key = plainText(argument("metric_key"), "a metric");
      const id = argument("dataset_id");
      const owner = truth(id) && identifier(id) !== dataset.id
        ? findDataset?.(identifier(id)) ?? null
        : dataset;
      if (owner === null) throw missing(identifier(id));
      const metric = owner.metrics.find((one) => one.metric_name === key);
      if (metric !== undefined) return tools.renderMetric(metric.expression);
      throw new TemplateFault(`There is no metric '${key}' in the dataset '${owner.tableName}'`);
    })),
  ];
}

function identifier(value: Value): number {
  const id = Number(plain(value));
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new TemplateFault("A dataset is named by its number");
}

function named(callable: Callable): readonly [string, Callable] {
  return [callable.name, callable];
}
