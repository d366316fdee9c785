/** What planning a query needs to know, and the text that people wrote, made safe to stand in SQL. */
import { invalidArgument } from "../../errors.ts";
import type { Dataset, DatasetColumn, DatasetMetric } from "../dataset.ts";
import type { GenericType } from "../frame.ts";
import type { ResultType } from "../query_object.ts";
import type { SqlParser, SqlSpelling } from "../sql/dialect.ts";
import { listed } from "./labels.ts";

export interface PlanOptions {
  readonly dialect: SqlSpelling;
  readonly parser: SqlParser;
  /** Jinja; gives the text back where templates are off. */
  readonly render: (text: string) => string;
  /**
   * Columns whose filters a template has taken over (`remove_filter=True`): read after the dataset's
   * SQL was rendered, so it may be a set that `render` fills.
   */
  readonly removedFilters?: ReadonlySet<string>;
  readonly now: Date;
  /** What is asked for the whole context; a query's own `result_type` comes first. */
  readonly resultType?: ResultType | null;
  readonly limits?: RowLimits;
  /** The moments of the query, where they are not what its time range says: those of an offset. */
  readonly bounds?: TimeBounds;
  /** What `planTypeProbe` found out: the type of each expression that a time grain may apply to. */
  readonly expressionTypes?: ReadonlyMap<string, GenericType | null>;
}

/** Rows: Superset's settings of these names. */
export interface RowLimits {
  /** `ROW_LIMIT`: where the query has no limit. */
  readonly rowLimit: number;
  /** `SAMPLES_ROW_LIMIT` */
  readonly samplesRowLimit: number;
  /** `SQL_MAX_ROW`, or `TABLE_VIZ_MAX_ROW_SERVER` for a table that is paged on the server. */
  readonly maxRows: number;
}

export const DEFAULT_LIMITS: RowLimits = {
  rowLimit: 50_000,
  samplesRowLimit: 1000,
  maxRows: 100_000,
};

/** First moment inclusive, last exclusive; null for none. */
export interface TimeBounds {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** A planned column, metric or expression: its label in the answer, its SQL, what it is known to be. */
export interface Selected {
  readonly label: string;
  /** Stands anywhere in an expression: a name, a call, or in parentheses. */
  readonly sql: string;
  readonly type: GenericType | null;
}

export class Planning {
  readonly dataset: Dataset;
  readonly dialect: SqlSpelling;
  readonly removedFilters: ReadonlySet<string>;
  readonly #columns: ReadonlyMap<string, DatasetColumn>;
  readonly #metrics: ReadonlyMap<string, DatasetMetric>;
  readonly #options: PlanOptions;
  readonly #free = new Map<string, string>();

  constructor(dataset: Dataset, options: PlanOptions) {
    this.dataset = dataset;
    this.dialect = options.dialect;
    this.removedFilters = options.removedFilters ?? new Set();
    this.#columns = new Map(dataset.columns.map((column) => [column.column_name, column]));
    this.#metrics = new Map(dataset.metrics.map((metric) => [metric.metric_name, metric]));
    this.#options = options;
  }

  column(name: string): DatasetColumn | null {
    return this.#columns.get(name) ?? null;
  }

  metric(name: string): DatasetMetric | null {
    return this.#metrics.get(name) ?? null;
  }

  /** @throws ServiceError `invalid_argument` listing the columns there are */
  requireColumn(name: string): DatasetColumn {
    const column = this.column(name);
    if (column !== null) return column;
    const columns = [...this.#columns.keys()];
    throw invalidArgument(
      `Column '${name}' does not exist in the dataset '${this.dataset.tableName}'.`,
      { hint: `It has the columns ${listed(columns)}.`, details: { columns } },
    );
  }

  /** @throws ServiceError `invalid_argument` listing the metrics there are */
  requireMetric(name: string): DatasetMetric {
    const metric = this.metric(name);
    if (metric !== null) return metric;
    const metrics = [...this.#metrics.keys()];
    throw invalidArgument(
      `Metric '${name}' does not exist in the dataset '${this.dataset.tableName}'.`,
      {
        hint: metrics.length === 0
          ? "It has no saved metric: give one as {expressionType, …}."
          : `It has the metrics ${listed(metrics)}.`,
        details: { metrics },
      },
    );
  }

  /** A quoted name for a column of the answer. */
  label(label: string): string {
    return this.dialect.quote(this.dialect.label(label));
  }

  /**
   * An expression that a person wrote, rendered, read by the engine's grammar and printed anew.
   *
   * @param what it is, for an error
   * @throws ServiceError what `render` and the parser throw; `invalid_argument` where nothing is left
   */
  free(text: string, what: string): string {
    const known = this.#free.get(text);
    if (known !== undefined) return known;
    const rendered = this.#options.render(text);
    if (rendered.trim() === "") {
      throw invalidArgument(`Cannot use ${what}: its SQL is empty.`, {
        hint: "Write an expression, or leave it out.",
      });
    }
    const sql = whole(this.#options.parser.expression(rendered));
    this.#free.set(text, sql);
    return sql;
  }

  /** The SQL of a virtual dataset, rendered, and read as one statement of its own. */
  statement(text: string): string {
    const rendered = this.#options.render(text.replace(/^[\t\r\n; ]+|[\t\r\n; ]+$/g, ""));
    if (rendered.trim() === "") {
      throw invalidArgument(
        `Cannot query the dataset '${this.dataset.tableName}': its SQL is empty once rendered.`,
        { hint: "Its owner has to write it." },
      );
    }
    return this.#options.parser.statement(rendered).sql;
  }

  expressionType(expression: string): GenericType | null {
    return this.#options.expressionTypes?.get(expression) ?? null;
  }
}

const NAME_OR_CALL = /^(\w+|\w+\([\w *,."]*\))$/;

/** In parentheses, unless it is a name or a plain call. */
function whole(sql: string): string {
  return NAME_OR_CALL.test(sql) ? sql : `(${sql})`;
}
