/**
 * A small bounded map of values that live for a while, with one load for each key at a time:
 * whoever asks for a key that is being loaded waits for that load.
 */

/** A lifetime in milliseconds, or one that depends on the value; 0 or less keeps nothing. */
export type Ttl<V> = number | ((value: V) => number);

export interface ExpiringOptions<V> {
  /** The most values kept; the one that was stored first makes room. At least 1. */
  readonly maxEntries: number;
  /** The most that all values may weigh, in the unit of `weigh`; no limit where unset. */
  readonly maxWeight?: number;
  /** What a value weighs, such as its bytes. */
  readonly weigh?: (value: V) => number;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

interface Entry<V> {
  readonly value: V;
  readonly expiresAt: number;
  readonly weight: number;
}

/** A load under way; whether it is still the key's own decides if its value is kept. */
interface Flight<V> {
  readonly startedAt: number;
  answer: Promise<V>;
}

export class ExpiringMap<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #loads = new Map<string, Flight<V>>();
  readonly #maxEntries: number;
  readonly #maxWeight: number;
  readonly #weigh: (value: V) => number;
  readonly #now: () => number;
  #weight = 0;

  constructor({ maxEntries, maxWeight, weigh, now }: ExpiringOptions<V>) {
    if (!Number.isInteger(maxEntries) || maxEntries < 1) {
      throw new RangeError(`Cannot make a cache of ${maxEntries} entries: give a whole number ≥ 1`);
    }
    this.#maxEntries = maxEntries;
    this.#maxWeight = maxWeight ?? Infinity;
    this.#weigh = weigh ?? (() => 0);
    this.#now = now;
  }

  /** How many values are kept, expired ones that nobody asked for since included. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value kept under the key, or undefined; loads nothing. */
  peek(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (this.#now() < entry.expiresAt) return entry.value;
    this.#drop(key);
    return undefined;
  }

  /**
   * The value kept under the key, else what `load` gives. Its life is counted from the moment the
   * load began, so that no answer is ever older than `ttl` says.
   *
   * @throws what `load` throws, to everyone who waits for it; a failure is not kept
   */
  async get(key: string, ttl: Ttl<V>, load: () => Promise<V>): Promise<V> {
    const kept = this.peek(key);
    if (kept !== undefined) return kept;
    const running = this.#loads.get(key);
    if (running !== undefined) return await running.answer;
    const flight: Flight<V> = { startedAt: this.#now(), answer: load() };
    this.#loads.set(key, flight);
    flight.answer = this.#land(key, ttl, flight);
    return await flight.answer;
  }

  /** Forgets the key; a load that is under way still answers those who wait, and is not kept. */
  delete(key: string): void {
    this.#drop(key);
    this.#loads.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#loads.clear();
    this.#weight = 0;
  }

  async #land(key: string, ttl: Ttl<V>, flight: Flight<V>): Promise<V> {
    try {
      const value = await flight.answer;
      const expiresAt = flight.startedAt + (typeof ttl === "number" ? ttl : ttl(value));
      if (this.#loads.get(key) === flight && this.#now() < expiresAt) {
        this.#store(key, { value, expiresAt, weight: this.#weigh(value) });
      }
      return value;
    } finally {
      if (this.#loads.get(key) === flight) this.#loads.delete(key);
    }
  }

  #store(key: string, entry: Entry<V>): void {
    this.#drop(key);
    if (entry.weight > this.#maxWeight) return;
    // The oldest stand first: expired ones go, and one that is still good where there is no room.
    for (const [oldest, { expiresAt }] of this.#entries) {
      const fits = this.#entries.size < this.#maxEntries &&
        this.#weight + entry.weight <= this.#maxWeight;
      if (fits && this.#now() < expiresAt) break;
      this.#drop(oldest);
    }
    this.#entries.set(key, entry);
    this.#weight += entry.weight;
  }

  #drop(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }
}
