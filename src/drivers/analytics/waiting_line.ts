/**
 * Who waits for a connection to one database, and whose turn is next: whoever holds the fewest, so
 * that nobody's many queries hold up another's one.
 */

/** Who asks; null for the service itself, whose own short questions go first. */
export type Asker = string | null;

export interface LineLimits {
  /** How many may wait. */
  readonly queue: number;
  /** How many of one asker may wait. */
  readonly queueOfOne: number;
  /** How many connections one asker may hold. */
  readonly share: number;
  /** What else an asker needs to have one more. */
  readonly mayHold: (asker: Asker) => boolean;
}

export interface Waiter {
  readonly asker: Asker;
}

/** Who must leave the line, and because of whom: of one asker too many, or of all. */
export interface Overfull<W> {
  readonly waiter: W;
  readonly because: "own" | "all";
}

interface Standing<W> {
  readonly waiters: W[];
  held: number;
}

export class WaitingLine<W extends Waiter> {
  readonly #limits: LineLimits;
  /** Those who wait or hold; of two who hold as many, the turn is that of who stands first. */
  readonly #askers = new Map<Asker, Standing<W>>();
  #size = 0;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether an asker may have a connection now. */
  mayHold(asker: Asker): boolean {
    const { share, mayHold } = this.#limits;
    return asker === null || ((this.#askers.get(asker)?.held ?? 0) < share && mayHold(asker));
  }

  /** Counts a connection that an asker has from now on, and puts it behind the others. */
  took(asker: Asker): void {
    const standing = this.#of(asker);
    standing.held += 1;
    this.#askers.delete(asker);
    this.#askers.set(asker, standing);
  }

  gave(asker: Asker): void {
    this.#of(asker).held -= 1;
    this.#forget(asker);
  }

  join(waiter: W): void {
    this.#of(waiter.asker).waiters.push(waiter);
    this.#size += 1;
  }

  /** Does nothing for who does not wait. */
  leave(waiter: W): void {
    const waiters = this.#askers.get(waiter.asker)?.waiters ?? [];
    const at = waiters.indexOf(waiter);
    if (at < 0) return;
    waiters.splice(at, 1);
    this.#size -= 1;
    this.#forget(waiter.asker);
  }

  /** Whose turn is next; null where nobody waits who may have a connection now. */
  next(): W | null {
    let best: Standing<W> | null = null;
    for (const [asker, standing] of this.#askers) {
      if (standing.waiters.length === 0) continue;
      if (asker === null) return standing.waiters[0]!;
      if (best !== null && standing.held >= best.held) continue;
      if (this.mayHold(asker)) best = standing;
    }
    return best?.waiters[0] ?? null;
  }

  /** Who has no place after one joined: that one, or the last of whoever has the most waiting. */
  overfull(joined: W): Overfull<W> | null {
    const own = this.#askers.get(joined.asker)?.waiters ?? [];
    if (!own.includes(joined)) return null;
    if (joined.asker !== null && own.length > this.#limits.queueOfOne) {
      return { waiter: joined, because: "own" };
    }
    if (this.#size <= this.#limits.queue) return null;
    let most = own;
    for (const [asker, { waiters }] of this.#askers) {
      if (asker !== null && waiters.length > most.length) most = waiters;
    }
    return { waiter: most.at(-1)!, because: most === own ? "all" : "own" };
  }

  /** Empties the line. @returns who stood in it */
  clear(): readonly W[] {
    const all = [...this.#askers.values()].flatMap(({ waiters }) => waiters.splice(0));
    this.#size = 0;
    for (const asker of [...this.#askers.keys()]) this.#forget(asker);
    return all;
  }

  #of(asker: Asker): Standing<W> {
    let standing = this.#askers.get(asker);
    if (standing === undefined) this.#askers.set(asker, standing = { waiters: [], held: 0 });
    return standing;
  }

  #forget(asker: Asker): void {
    const standing = this.#askers.get(asker);
    if (standing?.held === 0 && standing.waiters.length === 0) this.#askers.delete(asker);
  }
}
