/**
 * Ways around row-level rules: texts of `tests/fixtures/attacks/*.json`, and every argument of the
 * data tools that a text of a caller's can go into. An attack more is a line more in those files;
 * `{table}` and `{column}` in it become the table under a rule and a text column of it.
 */

export interface Attack {
  /** The family, such as 3 for subqueries and unions. */
  readonly attack: number;
  readonly name: string;
  /** True where no form of it may be answered. */
  readonly refused?: boolean;
}

export interface ExpressionAttack extends Attack {
  readonly sql: string;
}

export interface TextAttack extends Attack {
  readonly value: string;
}

/** A dataset under a rule, and where it is seen. */
export interface Target {
  readonly dataset: number;
  readonly table: string;
  readonly column: string;
  readonly timeColumn: string;
  readonly chart: number;
  readonly dashboard: number;
}

/** A call of a tool; `place` says where the text stands. */
export interface AttackCall {
  readonly place: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** False where a text there does nothing, so that the call may be answered. */
  readonly reaches: boolean;
}

export function readAttacks<T extends Attack>(name: string): readonly T[] {
  const path = new URL(`../fixtures/attacks/${name}.json`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(path));
}

/** A text for a target. */
export function aimedAt(text: string, { table, column }: Target): string {
  const first = table.charCodeAt(0).toString(16).padStart(4, "0");
  return text.replaceAll("{table}", table).replaceAll("{TABLE}", table.toUpperCase())
    .replaceAll("{column}", column).replaceAll("{unicode}", first + table.slice(1));
}

/** Everywhere that a caller may write an expression. */
export function callsWithExpression(sql: string, target: Target): readonly AttackCall[] {
  const { column, timeColumn } = target;
  const adhoc = { sqlExpression: sql, label: "a", expressionType: "SQL" };
  const metric = { expressionType: "SQL", sqlExpression: sql, label: "a" };
  const having = { expressionType: "SQL", clause: "HAVING", sqlExpression: sql };
  const where = { ...having, clause: "WHERE" };
  const isNotNull = { col: adhoc, op: "IS NOT NULL" };
  return [
    ...asked(target, {
      "a column": { columns: [adhoc] },
      "a column beside a metric": { columns: [adhoc], metrics: [COUNT] },
      "a metric": { columns: [column], metrics: [metric] },
      "a filter's column": { columns: [column], filters: [isNotNull] },
      "an order": { columns: [column], metrics: [COUNT], order_by: [[metric, true]] },
      "an axis of time": {
        columns: [{ ...adhoc, columnType: "BASE_AXIS", timeGrain: "P1Y" }],
        metrics: [COUNT],
      },
    }),
    ...drawn(target, {
      "a WHERE": { adhoc_filters: [where] },
      "a HAVING": { adhoc_filters: [having] },
      "a filter's column": { filters: [isNotNull] },
    }),
    ...drawn(target, {
      "extra where": { where: sql, having: sql, extras: { where: sql, having: sql } },
      "extra columns": {
        interactive_groupby: [adhoc],
        interactive_drilldown: [adhoc],
        custom_form_data: { groupby: [adhoc], columns: [adhoc], metrics: [metric], where: sql },
        metrics: [metric],
        columns: [adhoc],
        time_column: sql,
      },
    }).map((call) => ({ ...call, reaches: false })),
    ...asked(target, { "a saved metric's name": { columns: [timeColumn], metrics: [sql] } }),
  ];
}

/** Everywhere that a caller may write a value. */
export function callsWithValue(value: string, target: Target): readonly AttackCall[] {
  const { column, timeColumn } = target;
  const filter = (op: string, val: unknown) => ({ filters: [{ col: column, op, val }] });
  const filters = {
    LIKE: filter("LIKE", value),
    "==": filter("==", value),
    "!=": filter("!=", value),
    IN: filter("IN", [value, "x"]),
    "NOT IN": filter("NOT IN", [value]),
    ILIKE: filter("ILIKE", value),
    "NOT LIKE": filter("NOT LIKE", value),
    ">=": filter(">=", value),
    TEMPORAL_RANGE: { filters: [{ col: timeColumn, op: "TEMPORAL_RANGE", val: value }] },
  };
  const calls = [
    ...asked(
      target,
      Object.fromEntries(
        Object.entries(filters).map(([name, one]) => [name, { columns: [column], ...one }]),
      ),
    ),
    ...asked(target, {
      "a time range": { columns: [column], time_range: value },
      "a cursor": { columns: [column], cursor: value },
    }),
    ...drawn(target, {
      ...filters,
      "a time range": { time_range: value },
      "a relative start": { time_range: "Last year", relative_start: value, relative_end: value },
      "a simple filter": {
        adhoc_filters: [{
          ...{ expressionType: "SIMPLE", clause: "WHERE", subject: column },
          ...{ operator: "LIKE", operatorId: "LIKE", comparator: value },
        }],
      },
    }),
    {
      place: "get_chart_data: a cursor",
      tool: "get_chart_data",
      args: { identifier: target.chart, cursor: value },
    },
  ];
  return calls.map((call) => ({ ...call, reaches: false }));
}

/** Everywhere that a caller may write a name. */
export function callsWithName(name: string, target: Target): readonly AttackCall[] {
  const { column } = target;
  const isNotNull = { filters: [{ col: name, op: "IS NOT NULL" }] };
  const simple = (aggregate: string, of: string) => ({
    ...{ expressionType: "SIMPLE", label: "a", aggregate },
    column: { column_name: of },
  });
  const calls = [
    ...asked(target, {
      "a column": { columns: [name] },
      "a metric": { columns: [column], metrics: [name] },
      "a metric's column": { columns: [column], metrics: [simple("MAX", name)] },
      "a metric's aggregate": { columns: [column], metrics: [simple(name, column)] },
      "a label": { columns: [{ sqlExpression: column, label: name }] },
      "a filter": { columns: [column], ...isNotNull },
      "an operator": { columns: [column], filters: [{ col: column, op: name.slice(0, 30) }] },
      "an order": { columns: [column], order_by: [[name, true]] },
      "a time column": { columns: [column], time_column: name, time_range: "Last year" },
      "a time grain": {
        columns: [target.timeColumn],
        time_column: target.timeColumn,
        time_grain: name.slice(0, 60),
      },
    }),
    ...drawn(target, {
      "a filter": isNotNull,
      "a time column": { granularity_sqla: name, granularity: name, time_range: "Last year" },
      "a time grain": { time_grain_sqla: name },
      columns: { interactive_groupby: [name], custom_form_data: { groupby: [name] } },
    }),
  ];
  return calls.map((call) => ({ ...call, reaches: false }));
}

const COUNT = { expressionType: "SQL", sqlExpression: "COUNT(*)", label: "n" };

type Calls = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function asked({ dataset }: Target, calls: Calls): AttackCall[] {
  return Object.entries(calls).map(([place, args]) => ({
    place: `query_dataset: ${place}`,
    tool: "query_dataset",
    args: { identifier: dataset, row_limit: 5000, ...args },
    reaches: true,
  }));
}

/** On a chart; the first also in its SQL, and on a dashboard, whose other charts must not tell either. */
function drawn({ chart, dashboard }: Target, calls: Calls): AttackCall[] {
  return Object.entries(calls).flatMap(([place, extra], at) => {
    const args = { identifier: chart, dashboard_id: dashboard, extra_form_data: extra };
    const whole = { identifier: dashboard, row_limit: 50, extra_form_data: extra };
    return [
      { place: `get_chart_data: ${place}`, tool: "get_chart_data", args, reaches: true },
      ...(at > 0 ? [] : [
        { place: `get_chart_sql: ${place}`, tool: "get_chart_sql", args, reaches: true },
        {
          ...{ place: `get_dashboard_data: ${place}`, tool: "get_dashboard_data" },
          ...{ args: whole, reaches: false },
        },
      ]),
    ];
  });
}
