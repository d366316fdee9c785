/**
 * Rows of queries that were run a moment ago, for whoever would get the very same: a key holds the
 * statement with the caller's rules in it. One flight for each key; bounded by bytes.
 */
import { createHash } from "node:crypto";
import { ExpiringMap } from "../cache/expiring.ts";
import type { QueryResult } from "../drivers/analytics/engine.ts";

/** Whether an answer was kept, and since when. */
export interface Cached {
  readonly hit: boolean;
  readonly ageSeconds: number | null;
}

interface Kept {
  readonly result: QueryResult;
  readonly madeAt: number;
}

/** What a value takes in memory beside the bytes that the server sent, in their multiple. */
const OVERHEAD = 4;

export class ResultCache {
  readonly #kept: ExpiringMap<Kept>;
  readonly #now: () => number;

  constructor(maxBytes: number, now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap({
      maxEntries: 10_000,
      maxWeight: maxBytes,
      weigh: ({ result }) => 1000 + result.bytes * OVERHEAD,
      now,
    });
  }

  /**
   * @param key everything that decides which rows these are
   * @param force makes it anew
   * @param signal the asker's own
   */
  async get(
    key: unknown,
    seconds: number,
    force: boolean,
    signal: AbortSignal,
    load: () => Promise<QueryResult>,
  ): Promise<{ value: QueryResult; cached: Cached }> {
    const digest = createHash("sha256").update(JSON.stringify(key)).digest("base64");
    if (force) this.#kept.delete(digest);
    let fresh = false;
    const make = async (): Promise<Kept> => {
      fresh = true;
      return { result: await load(), madeAt: this.#now() };
    };
    const kept = await this.#kept.get(digest, seconds * 1000, make).catch((thrown) => {
      // Whoever made it may have gone away in the middle; who still waits makes it anew.
      if (fresh || signal.aborted) throw thrown;
      return this.#kept.get(digest, seconds * 1000, make);
    });
    const ageSeconds = Math.round((this.#now() - kept.madeAt) / 1000);
    return {
      value: kept.result,
      cached: fresh ? { hit: false, ageSeconds: null } : { hit: true, ageSeconds },
    };
  }
}
