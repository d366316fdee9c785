/**
 * A small seeded source of chance for the demo: the same seed gives the same numbers on every
 * machine, and a draw for one table moves no other table's.
 */

export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items, each as likely as the next. */
  pick<T>(items: readonly T[]): T;
  /** The index of one of the weights, as likely as its share of their sum. */
  weighted(weights: readonly number[]): number;
  /** Roughly normal about `mean`: the sum of three even draws, never over 3 deviations away. */
  around(mean: number, deviation: number): number;
}

/** @param seed any text; a text for each subject keeps the subjects apart */
export function seededRandom(seed: string): Random {
  let state = hashText(seed);
  // Counter plus an integer mixer (the finalizer family of MurmurHash3): 32 bits are plenty here.
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 0x1_0000_0000;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new RangeError("Cannot pick from an empty list");
      return item;
    },
    weighted: (weights) => {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      for (const [index, weight] of weights.entries()) {
        left -= weight;
        if (left < 0) return index;
      }
      return weights.length - 1;
    },
    around: (mean, deviation) => mean + (next() + next() + next() - 1.5) * 2 * deviation,
  };
}

/** A UUID's 16 bytes (version 4 in form) that depend on the text alone. */
export function seededUuid(text: string): Uint8Array {
  const random = seededRandom(`uuid:${text}`);
  const bytes = Uint8Array.from({ length: 16 }, () => random.int(0, 255));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}

/** The usual text of a UUID's 16 bytes. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** FNV-1a over the text's code units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}
