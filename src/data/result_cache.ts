/**
 * Rows of queries that were run a moment ago, for whoever would get the very same: a key holds the
 * statement with the caller's rules in it. One flight for each key; bounded by bytes, and large
 * answers by a part of them, so that a few tables read to their end drive nothing else out.
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

/** What an answer takes beside its values: its columns' names, the key. */
const FRAME_BYTES = 4000;

/** Answers of more bytes share a part of the cache. */
const LARGE_BYTES = 1024 * 1024;
const LARGE_SHARE = 1 / 8;

/** How often one asks anew when those who make it leave one after the other. */
const MOST_ATTEMPTS = 5;

export class ResultCache {
  readonly #small: ExpiringMap<Kept>;
  readonly #large: ExpiringMap<Kept>;
  readonly #now: () => number;

  constructor(maxBytes: number, now: () => number) {
    this.#now = now;
    const part = (share: number) =>
      new ExpiringMap<Kept>({
        maxEntries: 10_000,
        maxWeight: maxBytes * share,
        weigh: ({ result }) => FRAME_BYTES + result.heldBytes,
        now,
      });
    this.#small = part(1 - LARGE_SHARE);
    this.#large = part(LARGE_SHARE);
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
    if (force) { for (const part of [this.#small, this.#large]) part.delete(digest); }
    let fresh = false;
    const make = async (): Promise<Kept> => {
      fresh = true;
      const madeAt = this.#now();
      return { result: await load(), madeAt };
    };
    const find = () => this.#find(digest, seconds * 1000, make);
    let kept: Kept | null = null;
    for (let attempt = 1; kept === null; attempt++) {
      try {
        kept = await unlessAborted(find(), signal);
      } catch (thrown) {
        // Whoever made it may have gone away in the middle; who still waits makes it anew.
        if (fresh || signal.aborted || attempt === MOST_ATTEMPTS) throw thrown;
      }
    }
    const ageSeconds = Math.round((this.#now() - kept.madeAt) / 1000);
    return {
      value: kept.result,
      cached: fresh ? { hit: false, ageSeconds: null } : { hit: true, ageSeconds },
    };
  }

  async #find(digest: string, lifeMs: number, make: () => Promise<Kept>): Promise<Kept> {
    const large = this.#large.peek(digest);
    if (large !== undefined) return large;
    const kept = await this.#small.get(
      digest,
      ({ result }) => isLarge(result) ? 0 : lifeMs,
      make,
    );
    if (isLarge(kept.result)) {
      const left = lifeMs - (this.#now() - kept.madeAt);
      await this.#large.get(digest, left, () => Promise.resolve(kept));
    }
    return kept;
  }
}

/** Who waits for what another makes leaves at once. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

function isLarge({ heldBytes }: QueryResult): boolean {
  return heldBytes > LARGE_BYTES;
}
