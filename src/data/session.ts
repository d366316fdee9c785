/**
 * One dataset opened for one caller: the connection, the grammar, and the rules that bind the caller
 * there. Everything that runs goes through `guard`, since nothing else makes what `run` takes.
 */
import type { AnalyticsDatabase } from "../drivers/analytics/analytics_database.ts";
import type { QueryResult } from "../drivers/analytics/engine.ts";
import type { AnswerColumn } from "../query/answer/answer_columns.ts";
import type { Dataset } from "../query/dataset.ts";
import type { Frame, GenericType } from "../query/frame.ts";
import { guard, type GuardContext } from "../query/guard/guard.ts";
import type { GuardedPlan } from "../query/guard/guarded_plan.ts";
import type { Naming } from "../query/guard/table_key.ts";
import type { ViewsOver } from "../query/guard/underneath.ts";
import { contributionPlan, withContributionTotals } from "../query/plan/contribution_totals.ts";
import { normalizeFrame } from "../query/plan/normalize_frame.ts";
import { offsetJoin, offsetQueries } from "../query/plan/offset_queries.ts";
import { planQuery } from "../query/plan/plan_query.ts";
import type { PlannedQuery } from "../query/plan/planned_query.ts";
import type { PlanOptions, RowLimits, TimeBounds } from "../query/plan/planning.ts";
import { forResultType } from "../query/plan/settled_query.ts";
import { type TemplateValues, templateValues } from "../query/plan/template_values.ts";
import { planTypeProbe } from "../query/plan/type_probe.ts";
import type { RowPolicy } from "../query/policy.ts";
import { postProcess } from "../query/post_processing/post_process.ts";
import type { QueryObject, ResultType } from "../query/query_object.ts";
import type { SqlParser } from "../query/sql/dialect.ts";
import { joinOffsets } from "../query/time/offset_join.ts";
import type { QueryDialect } from "./dialects.ts";
import type { Cached, ResultCache } from "./result_cache.ts";
import { answerColumns, namedAsPlanned } from "./result_frame.ts";
import type { Templates } from "./templates.ts";

export interface SessionParts {
  readonly dataset: Dataset;
  readonly database: AnalyticsDatabase;
  /** Names the connection and its settings in cache keys. */
  readonly databaseKey: string;
  /** Names the caller to the database's pool. */
  readonly asker: string;
  readonly dialect: QueryDialect;
  readonly parser: SqlParser;
  readonly naming: Naming;
  readonly viewsOver: ViewsOver;
  readonly rowFunctions: ReadonlySet<string>;
  /** See `SessionInfo`. */
  readonly anyColumns?: ReadonlyMap<string, string>;
  /** What binds the caller in this database, rendered for one query. */
  readonly policies: (templates: Templates) => readonly RowPolicy[];
  readonly mayReadRules: boolean;
  readonly templates: (query: QueryObject, values: TemplateValues) => Promise<Templates>;
  readonly cache: ResultCache | null;
  /** Seconds that an answer may be old; 0 keeps none. */
  readonly cacheSeconds: number;
  readonly limits: RowLimits & { readonly timeoutMs: number; readonly maxBytes: number };
  readonly now: () => number;
}

export interface QueryOptions {
  readonly resultType?: ResultType | null;
  readonly signal: AbortSignal;
  /** True: what is kept is passed over, and made anew. */
  readonly force: boolean;
  readonly onRows?: (rows: number) => void;
}

/** The rows of a query as Superset's page gets them. */
export interface QueryAnswer {
  readonly frame: Frame;
  readonly columns: readonly AnswerColumn[];
  /** The names of the rules that narrowed it. */
  readonly rules: readonly string[];
  /** True where the row or byte limit of this service ended it. */
  readonly truncated: boolean;
  /** Filters on columns that do not exist, which are passed over. */
  readonly rejectedFilters: readonly string[];
  readonly cache: Cached;
}

export class DatasetSession {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get dataset(): Dataset {
    return this.#parts.dataset;
  }

  /**
   * The SQL that a query would run, with the names of the rules in it: without the rules' own text
   * where the caller may not read rules.
   */
  async sql(
    query: QueryObject,
    options: QueryOptions,
  ): Promise<{ sql: string; rules: readonly string[] }> {
    const planOptions = await this.#planOptions(query, options, null);
    const { plan } = this.#guarded(query, planOptions);
    if (this.#parts.mayReadRules) return { sql: plan.sql, rules: plan.rules };
    // What a template wrote of the rules is masked too, also where no rule was bound.
    const render = planOptions.templates.renderShown;
    const shown = this.#guarded(query, { ...planOptions, render });
    return {
      sql: plan.rules.length > 0 ? shown.planned.sql : shown.plan.sql,
      rules: plan.rules,
    };
  }

  /**
   * The queries of one context, in order, each with what it takes of the others.
   * @throws ServiceError `invalid_argument`, `forbidden_sql`, `timeout`, `unavailable`, …
   */
  async queries(
    queries: readonly QueryObject[],
    options: QueryOptions,
  ): Promise<readonly QueryAnswer[]> {
    const shares = contributionPlan(queries);
    if (shares === null) {
      return await Promise.all(queries.map((query) => this.query(query, options)));
    }
    const totals = await this.query(queries[shares.totals]!, options);
    return await Promise.all(
      queries.map((query, at) =>
        at === shares.totals ? totals : this.query(
          shares.shares.includes(at) ? withContributionTotals(query, totals.frame) : query,
          options,
        )
      ),
    );
  }

  async query(asked: QueryObject, options: QueryOptions): Promise<QueryAnswer> {
    const { dataset, now } = this.#parts;
    const moment = new Date(now());
    const query = forResultType(asked, dataset, asked.result_type ?? options.resultType ?? "full");
    const main = await this.#run(query, options, null);
    const offsets = offsetQueries(query, main.frame, { now: moment });
    const shifted = await Promise.all(
      offsets.map(async ({ offset, query, bounds }) => ({
        offset,
        ...await this.#run(query, options, bounds),
      })),
    );
    const joined = offsets.length === 0
      ? main.frame
      : joinOffsets(main.frame, shifted, offsetJoin(query));
    // Superset processes no empty rows (6.1, query_context_processor.py `get_df_payload`).
    const frame = main.frame.rowCount === 0
      ? joined
      : postProcess(joined, query.post_processing ?? []);
    return {
      frame,
      columns: answerColumns(frame, main.result, main.planned, dataset),
      rules: main.plan.rules,
      truncated: [main, ...shifted].some(({ result }) => result.truncated),
      rejectedFilters: main.planned.rejectedFilters,
      cache: main.cache,
    };
  }

  /** @param bounds those of a time offset; null for the query's own */
  async #run(query: QueryObject, options: QueryOptions, bounds: TimeBounds | null) {
    const { dataset, now } = this.#parts;
    const planOptions = await this.#planOptions(query, options, bounds);
    const { plan, planned } = this.#guarded(query, planOptions);
    const { value: result, cached } = await this.#rows(plan, options);
    const named = namedAsPlanned(result, planned);
    const frame = normalizeFrame(named, query, dataset, new Date(now()));
    return { plan, planned, result, cache: cached, frame };
  }

  async #planOptions(
    query: QueryObject,
    options: QueryOptions,
    bounds: TimeBounds | null,
  ): Promise<PlanOptions & { readonly templates: Templates }> {
    const { dataset, dialect, parser, limits, now } = this.#parts;
    const base = { now: new Date(now()), resultType: options.resultType ?? null, limits };
    const values = templateValues(query, dataset, {
      ...base,
      ...(bounds === null ? {} : { bounds }),
    });
    const templates = await this.#parts.templates(query, values);
    const planOptions = {
      ...base,
      dialect,
      parser,
      templates,
      render: templates.render,
      removedFilters: templates.removedFilters,
      ...(bounds === null ? {} : { bounds }),
    };
    return {
      ...planOptions,
      expressionTypes: await this.#expressionTypes(query, planOptions, options),
    };
  }

  /** Asked of the database only where a time grain stands on an expression. */
  async #expressionTypes(
    query: QueryObject,
    planOptions: PlanOptions & { readonly templates: Templates },
    options: QueryOptions,
  ): Promise<ReadonlyMap<string, GenericType | null>> {
    const probe = planTypeProbe(query, this.#parts.dataset, planOptions);
    if (probe === null) return new Map();
    const plan = guard(probe, this.#guardContext(planOptions.templates));
    const { value } = await this.#rows(plan, options);
    return new Map(probe.columns.map(({ name }, at) => [name, value.columns[at]?.type ?? null]));
  }

  #guarded(
    query: QueryObject,
    options: PlanOptions & { readonly templates: Templates },
  ): { readonly plan: GuardedPlan; readonly planned: PlannedQuery } {
    const planned = planQuery(query, this.#parts.dataset, options);
    return { plan: guard(planned, this.#guardContext(options.templates)), planned };
  }

  #guardContext(templates: Templates): GuardContext {
    const { dataset, parser, naming, viewsOver, rowFunctions, anyColumns, mayReadRules } =
      this.#parts;
    const policies = this.#parts.policies(templates);
    const own = policies.find(({ datasetId }) => datasetId === dataset.id);
    return {
      parser,
      naming,
      viewsOver,
      rowFunctions,
      anyColumns,
      mayReadRules,
      policies,
      dataset: own ?? {
        datasetId: dataset.id,
        table: { catalog: dataset.catalog, schema: dataset.schema, table: dataset.tableName },
        virtual: dataset.sql !== null,
        rules: [],
      },
    };
  }

  async #rows(
    plan: GuardedPlan,
    options: QueryOptions,
  ): Promise<{ value: QueryResult; cached: Cached }> {
    const { database, databaseKey, asker, cache, cacheSeconds, limits, dataset, naming } =
      this.#parts;
    const load = (): Promise<QueryResult> =>
      database.run(plan, {
        asker,
        timeoutMs: limits.timeoutMs,
        maxRows: limits.maxRows,
        maxBytes: limits.maxBytes,
        signal: options.signal,
        schema: naming.schema,
        onRows: options.onRows,
      });
    if (cache === null || cacheSeconds < 0) return { value: await load(), cached: NOT_CACHED };
    const { policyKey, sql, parameters } = plan;
    const key = [databaseKey, dataset.id, dataset.changedOn, policyKey, sql, parameters];
    return await cache.get(key, cacheSeconds, options.force, options.signal, load);
  }
}

const NOT_CACHED: Cached = { hit: false, ageSeconds: null };
