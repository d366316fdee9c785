/**
 * The table that post-processing works on: columns whose labels may have several levels, and an
 * index of rows, as a pandas DataFrame has them. Nothing is changed in place.
 */
import { arrayOf } from "../column_values.ts";
import type { Frame, GenericType, Value } from "../frame.ts";
import { invalidArgument, ServiceError } from "../../errors.ts";
import { unescapeSeparator } from "./labels.ts";

export interface TableColumn {
  /** One part a level; of one level, the name. A part is null once it was renamed away. */
  readonly label: readonly Value[];
  readonly type: GenericType;
  readonly floating: boolean;
  readonly values: readonly Value[];
}

/** One level of the rows' index. */
export interface Level {
  readonly name: string | null;
  readonly type: GenericType;
  readonly floating: boolean;
  readonly values: readonly Value[];
}

export interface Table {
  /** Null while rows are only numbered from 0, which is no data. */
  readonly index: readonly Level[] | null;
  /** The names of the label's levels; a single nameless one for a flat table. */
  readonly levels: readonly (string | null)[];
  readonly columns: readonly TableColumn[];
  readonly rowCount: number;
}

const FLAT: readonly null[] = [null];

/** What one operation may make or look at; a pivot of two columns of many values knows no bounds. */
const MOST_CELLS = 5_000_000;

export function tableOf(frame: Frame): Table {
  const columns = frame.columns.map(({ name, type, floating, values: kept }) => {
    const values = arrayOf(kept);
    return { label: [name], type, floating: floating ?? hasFractions(type, values), values };
  });
  return { index: null, levels: FLAT, columns, rowCount: frame.rowCount };
}

/**
 * The rows as they are answered. Named levels of the index that no `flatten` made columns of come
 * first; labels of several levels are joined; NaN and the infinities become null.
 */
export function frameOf(table: Table): Frame {
  const indexes = (table.index ?? []).filter(({ name }) => name !== null)
    .map(({ name, ...level }) => ({ ...level, label: [name] }));
  const columns = [...indexes, ...table.columns].map(({ label, type, floating, values }) => ({
    name: unescapeSeparator(label.filter((part) => part !== null).join(", ")),
    type,
    ...(floating ? { floating } : {}),
    values: values.some(isUnsayable)
      ? values.map((value) => isUnsayable(value) ? null : value)
      : values,
  }));
  return { columns, rowCount: table.rowCount };
}

export function isFlat(table: Table): boolean {
  return table.levels.length === 1;
}

/** A column of one level. */
export function flatColumn(
  name: Value,
  values: readonly Value[],
  type: GenericType = 0,
): TableColumn {
  return { label: [name], type, floating: type === 0, values };
}

export function flatTable(columns: readonly TableColumn[], rowCount: number): Table {
  return { index: null, levels: FLAT, columns, rowCount };
}

/**
 * The columns of the names in their order; in a table of several levels, all that begin with one.
 *
 * @throws ServiceError `invalid_argument` where a name has no column
 */
export function pick(table: Table, names: readonly string[]): readonly TableColumn[] {
  requireColumns(table, names);
  return names.flatMap((name) => table.columns.filter(({ label }) => label[0] === name));
}

/**
 * The only column of a name.
 *
 * @throws ServiceError `invalid_argument` where there is none, or several levels of it
 */
export function pickOne(table: Table, name: string): TableColumn {
  const [column, ...more] = pick(table, [name]);
  if (column === undefined || (more.length > 0 && !isFlat(table))) {
    throw invalidArgument(`Cannot post-process column '${name}': it has several levels here.`, {
      hint: "Put the operation before the pivot.",
    });
  }
  return column;
}

/** @throws ServiceError `invalid_argument` naming what is missing and what there is */
export function requireColumns(table: Table, names: readonly string[]): void {
  const known = new Set(table.columns.map(({ label }) => label[0]));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw invalidArgument(
    `Cannot post-process column '${missing[0]}': the rows have no such column.`,
    {
      hint: "Name columns that the query or the operation before returns.",
      details: { missing, columns: [...known].map(String) },
    },
  );
}

/**
 * Puts computed columns beside a table's own. Where every source keeps its name they take the place
 * of the table's; as soon as one is renamed all are appended (Superset's `_append_columns`).
 *
 * @param computed of the same labels as the columns they were computed from
 * @param names source to target
 */
export function append(
  table: Table,
  computed: readonly TableColumn[],
  names: Readonly<Record<string, string>>,
): Table {
  if (Object.entries(names).every(([source, target]) => source === target)) {
    const byLabel = new Map(computed.map((column) => [labelKey(column.label), column]));
    const known = new Set(table.columns.map(({ label }) => labelKey(label)));
    const columns = table.columns.map((column) => byLabel.get(labelKey(column.label)) ?? column);
    const added = computed.filter(({ label }) => !known.has(labelKey(label)));
    return { ...table, columns: [...columns, ...added] };
  }
  const renamed = computed.map((column) => ({
    ...column,
    label: column.label.map((part) => rename(part, names)),
  }));
  return { ...table, columns: [...table.columns, ...renamed] };
}

export function rename(part: Value, names: Readonly<Record<string, string | null>>): Value {
  return typeof part === "string" && Object.hasOwn(names, part) ? names[part]! : part;
}

/** The rows at the positions given; an index of plain numbers becomes a nameless level, as in pandas. */
export function takeRows(table: Table, rows: readonly number[]): Table {
  const take = <T extends { readonly values: readonly Value[] }>(part: T): T => ({
    ...part,
    values: rows.map((row) => part.values[row] ?? null),
  });
  const moved = rows.some((row, position) => position > 0 && row !== rows[position - 1]! + 1);
  const numbered = { name: null, type: 0 as const, floating: false, values: rows };
  return {
    ...table,
    index: table.index?.map(take) ?? (moved ? [numbered] : null),
    columns: table.columns.map(take),
    rowCount: rows.length,
  };
}

/** @throws ServiceError `too_large` before an operation makes, or goes through, too many cells */
export function refuseTooManyCells(operation: string, rows: number, columns: number): void {
  if (rows * columns <= MOST_CELLS) return;
  throw new ServiceError(
    "too_large",
    `Cannot run the post-processing operation '${operation}': it comes to ${rows} × ${columns} cells.`,
    { hint: `Limit the rows or series, or choose a coarser grain: at most ${MOST_CELLS} cells.` },
  );
}

/** One text a label, for comparing. */
export function labelKey(label: readonly Value[]): string {
  return JSON.stringify(label);
}

function hasFractions(type: GenericType, values: readonly Value[]): boolean {
  return type === 0 &&
    values.some((value) => typeof value === "number" && !Number.isInteger(value));
}

function isUnsayable(value: Value): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}
