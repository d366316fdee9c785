/**
 * What was made of rows, by id, for as long as a row reads the same. The row itself is read each
 * time, so nothing here is older than the database; only its decoding is spared.
 */
export class KeptRows<Made> {
  readonly #maxCharacters: number;
  readonly #kept = new Map<number, Kept<Made>>();
  #characters = 0;

  /** @param maxCharacters of text in the rows that are kept; the oldest make room */
  constructor(maxCharacters = 2_000_000) {
    this.#maxCharacters = maxCharacters;
  }

  /** What `make` gave for a row of these very values, frozen through and through: all callers share it. */
  get(id: number, values: readonly unknown[], make: () => Made): Made {
    const before = this.#kept.get(id);
    if (before !== undefined && isSame(before.values, values)) return before.made;
    if (before !== undefined) this.#forget(id, before);
    const made = deepFreeze(make());
    const characters = values.reduce<number>((sum, value) => sum + lengthOf(value), 0);
    if (characters > this.#maxCharacters) return made;
    this.#kept.set(id, { values, made, characters });
    this.#characters += characters;
    for (const [oldest, kept] of this.#kept) {
      if (this.#characters <= this.#maxCharacters) break;
      this.#forget(oldest, kept);
    }
    return made;
  }

  #forget(id: number, { characters }: Kept<Made>): void {
    this.#kept.delete(id);
    this.#characters -= characters;
  }
}

interface Kept<Made> {
  readonly values: readonly unknown[];
  readonly made: Made;
  readonly characters: number;
}

/** What a row takes beside its text, so that many small ones are bounded too. */
const A_VALUE = 8;

function lengthOf(value: unknown): number {
  return A_VALUE + (typeof value === "string" || value instanceof Uint8Array ? value.length : 0);
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) {
    const one = some[at], other = others[at];
    if (one !== other && !areSameBytes(one, other)) return false;
  }
  return true;
}

/** Drivers give bytes anew each time, and so do those that give dates as objects: the latter never match. */
function areSameBytes(one: unknown, other: unknown): boolean {
  return one instanceof Uint8Array && other instanceof Uint8Array && one.length === other.length &&
    one.every((byte, at) => byte === other[at]);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
  return value;
}
