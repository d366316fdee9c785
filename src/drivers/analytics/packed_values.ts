/**
 * A column in little memory: a value as JavaScript keeps it takes some fifty bytes, and an answer
 * has a hundred thousand rows. Here rows stand in blocks, a typed array or one long text each.
 */
import type { ColumnValues } from "../../query/column_values.ts";
import type { Value } from "../../query/frame.ts";

/** Rows of a block; fewer stay as they are, since a small answer would gain nothing. */
export const BLOCK_ROWS = 2048;

/** Takes values one after the other. */
export class PackedValues implements ColumnValues {
  readonly #blocks: Block[] = [];
  #last: Value[] = [];
  #blockBytes = 0;

  get length(): number {
    return this.#blocks.length * BLOCK_ROWS + this.#last.length;
  }

  /** About what the values take in memory. */
  get heldBytes(): number {
    return this.#blockBytes + this.#last.length * LOOSE_BYTES;
  }

  /** These, or a plain array where there was nothing to pack; nothing may be pushed any more. */
  get done(): ColumnValues {
    return this.#blocks.length === 0 ? this.#last : this;
  }

  push(value: Value): void {
    this.#last.push(value);
    if (this.#last.length < BLOCK_ROWS) return;
    const block = packed(this.#last);
    this.#blocks.push(block);
    this.#blockBytes += block.bytes;
    this.#last = [];
  }

  at(row: number): Value | undefined {
    const block = this.#blocks[Math.floor(row / BLOCK_ROWS)];
    return block === undefined
      ? this.#last[row - this.#blocks.length * BLOCK_ROWS]
      : block.at(row % BLOCK_ROWS);
  }

  *[Symbol.iterator](): Iterator<Value> {
    for (const { at } of this.#blocks) {
      for (let row = 0; row < BLOCK_ROWS; row++) yield at(row);
    }
    yield* this.#last;
  }
}

interface Block {
  readonly bytes: number;
  readonly at: (row: number) => Value;
}

/** What a value takes beside its own text: the place in its array, and a box. */
const LOOSE_BYTES = 48;

/** By what all values that are not null have in common; where that is nothing they stay as they are. */
function packed(values: readonly Value[]): Block {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return { bytes: 0, at: () => null };
  const block = [numbers, texts, times, booleans].map((pack) => pack(values, present))
    .find((block) => block !== null);
  if (block === undefined) return { bytes: looseBytes(present), at: (row) => values[row]! };
  if (present.length === values.length) return block;
  const missing = Uint8Array.from(values, (value) => Number(value === null));
  return {
    bytes: block.bytes + missing.byteLength,
    at: (row) => missing[row] === 1 ? null : block.at(row),
  };
}

/** @returns null where the values are of another kind; what it gives for null does not count */
type Pack = (values: readonly Value[], present: readonly Value[]) => Block | null;

const numbers: Pack = (values, present) => {
  if (!all(present, isNumber)) return null;
  const kept = present.every((value) => Object.is(value, value | 0))
    ? Int32Array.from(values, (value) => value as number)
    : Float64Array.from(values, (value) => value as number);
  return { bytes: kept.byteLength, at: (row) => kept[row]! };
};

const times: Pack = (values, present) => {
  if (!all(present, isTime)) return null;
  const kept = Float64Array.from(values, (value) => value === null ? 0 : (value as Date).getTime());
  return { bytes: kept.byteLength, at: (row) => new Date(kept[row]!) };
};

const booleans: Pack = (values, present) => {
  if (!all(present, isBoolean)) return null;
  const kept = Uint8Array.from(values, Number);
  return { bytes: kept.byteLength, at: (row) => kept[row] === 1 };
};

/** One text, and where each part of it ends. */
const texts: Pack = (values, present) => {
  if (!all(present, isText)) return null;
  const whole = present.join("");
  const ends = new Uint32Array(values.length);
  let end = 0;
  for (const [row, value] of values.entries()) {
    end += value === null ? 0 : (value as string).length;
    ends[row] = end;
  }
  // Most texts are kept with one byte a letter; how many are not can't be asked.
  return {
    bytes: ends.byteLength + whole.length,
    at: (row) => whole.slice(row === 0 ? 0 : ends[row - 1], ends[row]),
  };
};

function all<T extends Value>(
  values: readonly Value[],
  is: (value: Value) => value is T,
): values is readonly T[] {
  return values.every(is);
}

function isNumber(value: Value): value is number {
  return typeof value === "number";
}

function isText(value: Value): value is string {
  return typeof value === "string";
}

function isTime(value: Value): value is Date {
  return value instanceof Date;
}

function isBoolean(value: Value): value is boolean {
  return typeof value === "boolean";
}

function looseBytes(values: readonly Value[]): number {
  const text = (value: Value) =>
    typeof value === "string" ? value.length : JSON.stringify(value)?.length ?? 0;
  return values.reduce<number>((sum, value) => sum + LOOSE_BYTES + text(value), 0);
}
