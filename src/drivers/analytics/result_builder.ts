/** Gathers rows into columns until a cap is reached. */
import type { Column, GenericType, Value } from "../../query/frame.ts";
import { PackedValues } from "./packed_values.ts";
import type { QueryResult, ResultColumn, RunLimits } from "./engine.ts";

/** How often listeners hear of new rows. */
const ROWS_A_NOTICE = 1000;

/** A batch is handed on once it has so many rows, or bytes as the server sent them. */
const BATCH_ROWS = 1000;
const BATCH_BYTES = 256 * 1024;

export interface BuiltColumn {
  readonly name: string;
  readonly databaseType: string;
  readonly type: GenericType;
  readonly hasZone?: boolean;
  readonly floating?: boolean;
}

type BuilderLimits = Pick<RunLimits, "maxRows" | "maxBytes" | "onRows" | "onHeld" | "take">;

export class ResultBuilder {
  readonly #limits: BuilderLimits;
  #values: PackedValues[] = [];
  /** Of the whole answer; then of what has not been handed on. */
  #rowCount = 0;
  #bytes = 0;
  #batchRows = 0;
  #batchBytes = 0;
  #truncated = false;

  constructor(limits: BuilderLimits) {
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
   * Makes room for a row; its values must follow by `push`, and then `endRow`.
   * @returns false at the caps: the row does not belong to the answer, and none after it
   */
  admit(rowBytes: number): boolean {
    const { maxRows, maxBytes } = this.#limits;
    if (this.#truncated) return false;
    if (this.#rowCount >= maxRows || this.#bytes + rowBytes > maxBytes) {
      this.#truncated = true;
      return false;
    }
    this.#rowCount += 1;
    this.#bytes += rowBytes;
    this.#batchRows += 1;
    this.#batchBytes += rowBytes;
    return true;
  }

  push(column: number, value: Value): void {
    (this.#values[column] ??= new PackedValues()).push(value);
  }

  /**
   * @param columns what is known of them by now
   * @returns until when no more rows should be read; null for at once
   */
  endRow(columns: () => readonly BuiltColumn[]): Promise<void> | null {
    const { onRows, onHeld, take } = this.#limits;
    const isNotice = this.#rowCount % ROWS_A_NOTICE === 0;
    if (isNotice) onRows?.(this.#rowCount);
    if (take !== undefined) {
      if (this.#batchRows < BATCH_ROWS && this.#batchBytes < BATCH_BYTES) return null;
      return take(this.build(columns(), 0));
    }
    return isNotice ? onHeld?.(this.#heldBytes()) ?? null : null;
  }

  /** Puts the texts of a column in another form. */
  reread(column: number, read: (text: string) => Value): void {
    const values = new PackedValues();
    for (const value of this.#values[column] ?? []) {
      values.push(typeof value === "string" ? read(value) : value);
    }
    this.#values[column] = values;
  }

  /** The rows that have not been handed on; the next ones begin anew. */
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
    const built = {
      frame: { columns: framed, rowCount: this.#batchRows },
      columns: described,
      truncated: this.#truncated,
      bytes: this.#batchBytes,
      heldBytes: this.#heldBytes(),
      durationMs,
    };
    this.#values = [];
    this.#batchRows = this.#batchBytes = 0;
    return built;
  }

  #heldBytes(): number {
    return this.#values.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
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
