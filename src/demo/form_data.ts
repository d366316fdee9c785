/** Pieces of a chart's form data (`slices.params`), in the shapes that Superset's page saves. */
export type FormData = Readonly<Record<string, unknown>>;

export interface DemoChart {
  readonly name: string;
  readonly viz: string;
  /** The dataset's name. */
  readonly dataset: string;
  readonly description: string | null;
  readonly owners: readonly string[];
  readonly tags: readonly string[];
  readonly certifiedBy: string | null;
  /** Days since the last save. */
  readonly age: number;
  /** Charts saved by older versions, or imported, have none. */
  readonly queryContext: boolean;
  /** All but `datasource`, `viz_type` and `slice_id`, which the writer adds. */
  readonly form: FormData;
}

export interface AdhocFilter {
  readonly clause: "WHERE";
  readonly expressionType: "SIMPLE";
  readonly subject: string;
  readonly operator: string;
  readonly comparator: unknown;
}

/** A saved metric's name, or Superset's ad hoc object. */
export type Metric = string | AdhocMetric;

export interface AdhocMetric {
  readonly expressionType: "SIMPLE" | "SQL";
  readonly label: string;
  readonly hasCustomLabel: true;
  readonly optionName: string;
  readonly aggregate: string | null;
  readonly column: { readonly column_name: string; readonly type: string } | null;
  readonly sqlExpression: string | null;
}

/** A chart's declaration with the usual values filled in. */
export function chart(
  name: string,
  viz: string,
  dataset: string,
  form: FormData,
  rest: Partial<DemoChart> = {},
): DemoChart {
  return {
    name,
    viz,
    dataset,
    description: null,
    owners: ["demo"],
    tags: [],
    certifiedBy: null,
    age: 30,
    queryContext: false,
    form: { annotation_layers: [], extra_form_data: {}, ...form },
    ...rest,
  };
}

/** A time filter, in words that Superset understands: `Last 30 days`, `No filter`. */
export function during(column: string, range: string): AdhocFilter {
  return filter(column, "TEMPORAL_RANGE", range);
}

export function filter(subject: string, operator: string, comparator: unknown): AdhocFilter {
  return { clause: "WHERE", expressionType: "SIMPLE", subject, operator, comparator };
}

export function aggregate(
  kind: "SUM" | "AVG" | "COUNT_DISTINCT",
  column: string,
  label: string,
): AdhocMetric {
  return {
    expressionType: "SIMPLE",
    label,
    hasCustomLabel: true,
    optionName: optionName(label),
    aggregate: kind,
    column: { column_name: column, type: "FLOAT" },
    sqlExpression: null,
  };
}

export function sqlMetric(sqlExpression: string, label: string): AdhocMetric {
  return {
    expressionType: "SQL",
    label,
    hasCustomLabel: true,
    optionName: optionName(label),
    aggregate: null,
    column: null,
    sqlExpression,
  };
}

export function metricLabel(metric: Metric): string {
  return typeof metric === "string" ? metric : metric.label;
}

function optionName(label: string): string {
  return `metric_${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`;
}
