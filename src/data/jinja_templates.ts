/**
 * Jinja for the queries of a session. What a template may name of other datasets is read before it is
 * rendered, as the caller: a dataset they may not read is not there.
 */
import type { Caller } from "../auth/caller.ts";
import type { Dao } from "../dao/dao.ts";
import { ServiceError } from "../errors.ts";
import type { Dataset } from "../query/dataset.ts";
import { readClause } from "../query/guard/bind_rules.ts";
import { namedDatasets } from "../query/jinja/named_datasets.ts";
import {
  type DatasetSqlOptions,
  renderTemplates,
  type TemplateOptions,
  usesJinja,
} from "../query/jinja/render_templates.ts";
import { planQuery } from "../query/plan/plan_query.ts";
import { templateValues } from "../query/plan/template_values.ts";
import type { QueryObject } from "../query/query_object.ts";
import type { SqlParser } from "../query/sql/dialect.ts";
import type { QueryDialect } from "./dialects.ts";
import { mayReadRules } from "./row_policies.ts";
import type { MakeTemplates } from "./templates.ts";

export interface JinjaOptions {
  /** `ENABLE_TEMPLATE_PROCESSING` */
  readonly enabled: boolean;
  readonly now: () => number;
  /** Values that an operator gives to every template. */
  readonly operatorValues?: Readonly<Record<string, unknown>>;
}

/** More than a template names: each is read with its columns and metrics, and planned. */
const MAX_DATASETS = 20;

export function jinjaTemplates({ enabled, now, operatorValues }: JinjaOptions): MakeTemplates {
  return async ({ dao, caller, dataset, rules, query, values, dialect, callersSql }) => {
    const texts = enabled
      ? [...templatesOfDataset(dataset), ...templatesIn([query, callersSql])]
      : [];
    const others = await otherDatasets(dao, caller, dataset, namedDatasets(texts));
    const clausesOf = (id: number) =>
      rules.filter((rule) => rule.dataset.id === id).map(({ clause }) => clause);
    const mayRead = mayReadRules(caller);
    const parser = await dialect.parser();
    const { user: { id, username, email }, roles, attributes } = caller;
    let toldRules = false;
    const options: TemplateOptions = {
      enabled,
      onRulesTold: () => void (toldRules = true),
      mayReadRules: mayRead,
      // Rendered and read first where they are hidden, so that no fault of the SQL around them
      // quotes one. Superset's are not rendered, and of use as text only.
      ruleClauses: () =>
        mayRead ? clausesOf(dataset.id) : rules.filter((rule) => rule.dataset.id === dataset.id)
          .map((rule) =>
            readClause({ name: rule.name, clause: rendered.renderRule(rule) }, parser, false)
          ),
      caller: { id, username, email, roles: roles.map(({ name }) => name), attributes },
      dialect,
      query,
      values,
      dataset,
      now: new Date(now()),
      operatorValues,
      findDataset: (id) => others.get(id) ?? null,
    };
    const datasetSql = others.size === 0
      ? undefined
      : subqueries(others, clausesOf, options, dialect, parser);
    const rendered = renderTemplates({ ...options, datasetSql });
    const { render, renderShown, renderRule, removedFilters } = rendered;
    return {
      ...{ render, renderShown, renderRule, removedFilters },
      get toldRules() {
        return toldRules;
      },
    };
  };
}

/** Looked for once in each dataset, which is the same object while it reads the same. */
const ofDatasets = new WeakMap<Dataset, readonly string[]>();

function templatesOfDataset(dataset: Dataset): readonly string[] {
  const known = ofDatasets.get(dataset);
  if (known !== undefined) return known;
  const texts = templatesIn(dataset);
  ofDatasets.set(dataset, texts);
  return texts;
}

/** The texts anywhere in a value that are templates. */
function templatesIn(value: unknown, found: string[] = []): readonly string[] {
  if (typeof value === "string") {
    if (usesJinja(value)) found.push(value);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) templatesIn(part, found);
  }
  return found;
}

/** @throws ServiceError `invalid_argument` for more datasets than can be read for one query */
async function otherDatasets(
  dao: Dao,
  caller: Caller,
  dataset: Dataset,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Dataset>> {
  const others = ids.filter((id) => id !== dataset.id);
  if (others.length > MAX_DATASETS) {
    throw new ServiceError(
      "invalid_argument",
      `The query's templates name ${others.length} datasets, more than ${MAX_DATASETS}.`,
      { hint: "Make one dataset of what they join." },
    );
  }
  const found = await Promise.all(others.map((id) => dao.sources.dataset(caller, id)));
  return new Map(
    found.flatMap((source) => source?.dataset ?? [])
      .filter(({ databaseId }) => databaseId === dataset.databaseId)
      .map((one) => [one.id, one]),
  );
}

/** The SQL of other datasets, planned once for each way they are asked for. */
function subqueries(
  others: ReadonlyMap<number, Dataset>,
  clausesOf: (id: number) => readonly string[],
  options: TemplateOptions,
  dialect: QueryDialect,
  parser: SqlParser,
): (id: number, asked: DatasetSqlOptions) => string | null {
  const planned = new Map<string, string>();
  return (id, asked) => {
    const dataset = others.get(id);
    if (dataset === undefined) return null;
    refuseHiddenRows(dataset, clausesOf(id));
    const key = JSON.stringify([id, asked]);
    const known = planned.get(key);
    if (known !== undefined) return known;
    if (planned.size >= MAX_DATASETS) {
      throw new ServiceError("too_large", "The query's templates ask for too many datasets.", {
        hint: "Make one dataset of what they join.",
      });
    }
    const query: QueryObject = {
      columns: asked.columns ?? dataset.columns.map(({ column_name }) => column_name),
      metrics: asked.includeMetrics ? dataset.metrics.map(({ metric_name }) => metric_name) : null,
      is_timeseries: false,
    };
    const { now } = options;
    const { from_dttm, to_dttm } = options.values;
    // A dataset inside of another is rendered once, without datasets inside of it, and into text
    // that may be the caller's own, where its rules would be shown.
    const { render } = renderTemplates({
      ...options,
      dataset,
      values: { ...templateValues(query, dataset, { now }), from_dttm, to_dttm },
      ruleClauses: options.mayReadRules ? () => clausesOf(id) : null,
    });
    const limits = WITHOUT_LIMIT;
    const { sql } = planQuery(query, dataset, { dialect, parser, render, now, limits });
    planned.set(key, sql);
    return sql;
  };
}

const WITHOUT_LIMIT = {
  rowLimit: 0,
  samplesRowLimit: 0,
  maxRows: Number.MAX_SAFE_INTEGER,
};

/**
 * Rules on a table are bound wherever SQL names it. Those on a virtual dataset bind the dataset that
 * is asked, and have no place inside of another's SQL.
 */
function refuseHiddenRows(dataset: Dataset, clauses: readonly string[]): void {
  if (dataset.sql === null || clauses.length === 0) return;
  throw new ServiceError(
    "forbidden_sql",
    `The dataset ${dataset.id} can't be used inside of another: row-level rules narrow it.`,
    { hint: "Query it on its own." },
  );
}
