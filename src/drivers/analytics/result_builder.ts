/** Gathers rows into columns until a cap is reached. */
import type { Column, GenericType, Value } from "../../query/frame.ts";
import { PackedValues } from "./packed_values.ts";
import type { QueryResult, ResultColumn, RunLimits } from "./engine.ts";

/** How often the listener hears of new rows. */
const ROWS_A_NOTICE = 1000;

export interface BuiltColumn {
  readonly name: string;
  readonly databaseType: string;
  readonly type: GenericType;
  readonly hasZone?: boolean;
  readonly floating?: boolean;
}

export class ResultBuilder {
  readonly #limits: Pick<RunLimits, "maxRows" | "maxBytes" | "onRows">;
  #values: PackedValues[] = [];
  #rowCount = 0;
  #bytes = 0;
  #truncated = false;

  constructor(limits: Pick<RunLimits, "maxRows" | "maxBytes" | "onRows">) {
    this.#limits = limits;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  /** Marks that there was more than what is here. */
  truncate(): void {
    this.#truncated = true;
  }

  /**
   * Makes room for a row; its values must follow by `push`.
   * @returns false at the caps: the row does not belong to the answer, and none after it
   */
  admit(rowBytes: number): boolean {
    const { maxRows, maxBytes, onRows } = this.#limits;
    if (this.#truncated) return false;
    if (this.#rowCount >= maxRows || this.#bytes + rowBytes > maxBytes) {
      this.#truncated = true;
      return false;
    }
    this.#rowCount += 1;
    this.#bytes += rowBytes;
    if (onRows !== undefined && this.#rowCount % ROWS_A_NOTICE === 0) onRows(this.#rowCount);
    return true;
  }

  push(column: number, value: Value): void {
    (this.#values[column] ??= new PackedValues()).push(value);
  }

  /** Puts the texts of a column in another form. */
  reread(column: number, read: (text: string) => Value): void {
    const values = new PackedValues();
    for (const value of this.#values[column] ?? []) {
      values.push(typeof value === "string" ? read(value) : value);
    }
    this.#values[column] = values;
  }

  build(columns: readonly BuiltColumn[], durationMs: number): QueryResult {
    const names = uniqueNames(columns.map(({ name }) => name));
    const framed = columns.map(({ type, floating }, at): Column => ({
      name: names[at]!,
      type,
      ...(floating ? { floating } : {}),
      values: this.#values[at]?.done ?? [],
    }));
    const described = columns.map(({ databaseType, type, hasZone }, at): ResultColumn => ({
      name: names[at]!,
      databaseType,
      type,
      hasZone: hasZone ?? false,
    }));
    return {
      frame: { columns: framed, rowCount: this.#rowCount },
      columns: described,
      truncated: this.#truncated,
      bytes: this.#bytes,
      heldBytes: this.#values.reduce((sum, { heldBytes }) => sum + heldBytes, 0),
      durationMs,
    };
  }
}

/** `count`, `count__1`; a column without a name is `_col_0` (Superset 6.1, superset/result_set.py). */
export function uniqueNames(names: readonly string[]): string[] {
  const given = new Set(names);
  let unnamed = 0;
  const filled = names.map((name) => {
    if (name !== "") return name;
    while (given.has(`_col_${unnamed}`)) unnamed += 1;
    return `_col_${unnamed++}`;
  });
  const counts = new Map<string, number>();
  const used = new Set<string>();
  return filled.map((name) => {
    let count = counts.get(name) ?? 0;
    let unique = count === 0 ? name : `${name}__${count}`;
    while (used.has(unique)) unique = `${name}__${++count}`;
    counts.set(name, count + 1);
    used.add(unique);
    return unique;
  });
}
