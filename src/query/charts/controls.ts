/**
 * The controls of Superset's chart page, as far as queries depend on them: defaults, first values
 * and when they are hidden (6.1: superset-ui-chart-controls/src/shared-controls and sections).
 */
import type { FormData } from "../query_object.ts";
import type { ChartColumn, ChartDataset } from "./chart_kind.ts";
import {
  asColumns,
  asList,
  isAdhocColumn,
  isDefined,
  isEmpty,
  isObject,
  isText,
} from "./form_values.ts";

/** What a control may look at: the form as it was saved, and the dataset. */
export interface Page {
  readonly form: FormData;
  readonly dataset: ChartDataset;
}

export interface Control {
  /** Stands in for null and for nothing. */
  readonly default?: unknown;
  /** A single value becomes a list of one. */
  readonly multi?: boolean;
  /** Anything else becomes null. */
  readonly choices?: readonly unknown[];
  /** What the page makes of the saved value; undefined leaves it as it is. */
  readonly initial?: (value: unknown, page: Page) => unknown;
  /** A control that is hidden has no value. `form` holds the values of all controls here. */
  readonly visible?: (page: Page) => boolean;
}

export type Controls = Readonly<Record<string, Control>>;

export const PLAIN: Control = {};
export const LIST: Control = { default: [], multi: true };
export const METRICS: Control = { multi: true };

export const ROW_LIMIT: Control = { default: 10_000 };
export const ORDER_DESC: Control = { default: true };

/** Orders as JSON text, `["name", true]`, of columns that the dataset has still. */
export const ORDER_BY_COLUMNS: Control = {
  default: [],
  multi: true,
  initial: (value, { dataset }) =>
    asList(value).filter((entry) =>
      dataset.columns.some(({ column_name }) =>
        [true, false].some((up) =>
          entry === JSON.stringify([column_name, up]) || entry === `["${column_name}", ${up}]`
        )
      )
    ),
};

/** Descending or not is asked for only where there is something to sort by. */
export const ORDER_DESC_OF_LIMIT: Control = {
  default: true,
  visible: ({ form }) => !isEmpty(form.timeseries_limit_metric),
};

/**
 * Filters. A chart of before 2.1 named its time column and range outside of them, and a chart
 * without any time filter gets one that filters nothing, for dashboards to take hold of.
 */
export const ADHOC_FILTERS: Control = {
  default: [],
  initial: (value, { form, dataset }) => {
    const filters = asList(value);
    if (filters.some((entry) => isObject(entry) && entry.operator === "TEMPORAL_RANGE")) return;
    const column = form.granularity_sqla ? form.granularity_sqla : defaultTemporalColumn(dataset);
    if (!column) return;
    return [...filters, {
      clause: "WHERE",
      subject: column,
      operator: "TEMPORAL_RANGE",
      comparator: form.granularity_sqla ? form.time_range : "No filter",
      expressionType: "SIMPLE",
    }];
  },
};

/** Filters of a page that has a control for the time range. */
export const ADHOC_FILTERS_BESIDE_TIME: Control = { default: [] };

export const X_AXIS: Control = {
  initial: (value, { form }) => value ? undefined : form.granularity_sqla || undefined,
};

/** Hidden where the x-axis is no time. */
export const TIME_GRAIN: Control = { visible: hasTemporalAxis };

/** The time column and range of the kinds that still have controls for them. */
export const TIME_SECTION: Controls = {
  granularity_sqla: {
    initial: (value, { dataset }) => value ?? defaultTemporalColumn(dataset),
  },
  time_grain_sqla: PLAIN,
  time_range: { default: "No filter" },
};

export const TEMPORAL_COLUMNS_LOOKUP: Control = {
  initial: (_value, { dataset }) =>
    Object.fromEntries(
      dataset.columns.filter(({ is_dttm }) => is_dttm).map((column) => [column.column_name, true]),
    ),
};

export const COMPARISON_TYPE: Control = {
  default: "values",
  choices: ["values", "difference", "percentage", "ratio"],
};

/** Rolling windows, time comparison and resampling: only over a time axis. */
export const ADVANCED_ANALYTICS: Controls = onTemporalAxis({
  rolling_type: { choices: ["mean", "sum", "std", "cumsum"] },
  rolling_periods: PLAIN,
  min_periods: PLAIN,
  time_compare: { multi: true },
  comparison_type: COMPARISON_TYPE,
  resample_rule: PLAIN,
  resample_method: {
    choices: ["asfreq", "zerofill", "linear", "ffill", "bfill", "median", "mean", "sum"],
  },
});

export const FORECAST: Controls = onTemporalAxis({
  forecastEnabled: { default: false },
  forecastPeriods: { default: 10 },
  forecastInterval: { default: 0.8 },
  forecastSeasonalityYearly: PLAIN,
  forecastSeasonalityWeekly: PLAIN,
  forecastSeasonalityDaily: PLAIN,
});

function onTemporalAxis(controls: Controls): Controls {
  return Object.fromEntries(
    Object.entries(controls).map(([name, control]) => [name, {
      ...control,
      visible: hasTemporalAxis,
    }]),
  );
}

/** An expression counts as a time, since nobody knows. */
function hasTemporalAxis({ form, dataset }: Page): boolean {
  const axis = form.x_axis;
  if (isAdhocColumn(axis)) return true;
  return isText(axis) &&
    dataset.columns.some((column) =>
      column.column_name === axis && column.is_dttm && column.groupby !== false
    );
}

/** Whether any of the columns is a time, or an expression, which may be one. */
export function someTemporal(columns: unknown, dataset: ChartDataset, exactCase = true): boolean {
  const name = (text: string) => exactCase ? text : text.toLowerCase();
  const times = new Set(
    dataset.columns.filter(({ is_dttm, groupby }) => is_dttm && groupby !== false)
      .map(({ column_name }) => name(column_name)),
  );
  return asColumns(columns).some((column) =>
    isText(column) ? times.has(name(column)) : isAdhocColumn(column)
  );
}

export function defaultTemporalColumn(dataset: ChartDataset): string | undefined {
  if (isDefined(dataset.mainDttmCol)) return dataset.mainDttmCol;
  return dataset.columns.find(({ is_dttm }) => is_dttm)?.column_name;
}

export type ColumnClass = "time" | "number" | "text" | "boolean" | "other";

/** A coarse class by the declared type (Superset: `TableColumn.type_generic`). */
export function columnClass(column: ChartColumn): ColumnClass {
  if (column.is_dttm) return "time";
  const type = (column.type ?? "").toUpperCase();
  if (/^BOOL/.test(type)) return "boolean";
  if (/^(TIMESTAMP|DATE|TIME)/.test(type)) return "time";
  if (/INT|SERIAL|DEC|NUM|FLOAT|DOUBLE|REAL|LONG|MONEY|FIXED/.test(type) && type !== "INTERVAL") {
    return "number";
  }
  return /CHAR|TEXT|STRING|ENUM|UUID|CLOB|JSON/.test(type) ? "text" : "other";
}
