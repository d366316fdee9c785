/** Choices at random that a seed repeats. */

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** From none to `most` of the items, each once. */
  some<Item>(items: readonly Item[], most: number): Item[];
}

/** Mulberry32: the same choices for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick: (items) => items[below(items.length)]!,
    some(items, most) {
      const left = [...items];
      const count = Math.min(left.length, below(most + 1));
      return Array.from({ length: count }, () => left.splice(below(left.length), 1)[0]!);
    },
  };
}

/** How a fuzz test is run: `deno test tests/fuzz -- --seed=1 --seconds=600`. */
export interface FuzzRun {
  readonly seed: number;
  /** Milliseconds; null where the number of questions ends the run. */
  readonly forMs: number | null;
  /** What a failure says, to repeat it. */
  readonly told: string;
}

export function fuzzRun(args: readonly string[] = Deno.args): FuzzRun {
  // The last one holds, so that a task's own can be overridden.
  const given = (name: string) =>
    args.findLast((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const seed = Number(given("seed") ?? Math.floor(Math.random() * 2 ** 31));
  const seconds = given("seconds");
  return {
    seed,
    forMs: seconds === undefined ? null : Number(seconds) * 1000,
    told: `deno test -A tests/fuzz -- --seed=${seed}`,
  };
}
