/** Sessions kept for the next statement: so many that stay, and more that close when idle. */
import type { MetadataSession } from "./session.ts";

export interface SessionPoolOptions {
  /** @throws Error with a system code or the server's */
  readonly open: () => Promise<MetadataSession>;
  /** How many sessions stay open. */
  readonly size: number;
  /** The age at which a session is replaced, in milliseconds. */
  readonly recycleMs: number;
  /** How long a session beyond the size may lie idle, in milliseconds. */
  readonly overflowIdleMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

interface Kept {
  readonly session: MetadataSession;
  readonly openedAt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class SessionPool {
  readonly #options: SessionPoolOptions;
  readonly #open = new Set<Kept>();
  /** The last one that was given back is the first to be taken. */
  readonly #idle: Kept[] = [];
  #closed = false;

  constructor(options: SessionPoolOptions) {
    this.#options = options;
  }

  /** How many are taken, and how many wait to be. */
  get counts(): { readonly active: number; readonly idle: number } {
    const idle = this.#idle.filter(({ session }) => session.usable).length;
    return { active: this.#open.size - this.#idle.length, idle };
  }

  /**
   * Lends a session for as long as `use` takes.
   * @param fresh asks for a new one: those that lie idle are closed, since they came from a server
   *   that has dropped one of them
   */
  async lend<T>(fresh: boolean, use: (session: MetadataSession) => Promise<T>): Promise<T> {
    if (fresh) this.#closeIdle();
    const kept = this.#takeIdle() ?? await this.#make();
    try {
      return await use(kept.session);
    } finally {
      this.#giveBack(kept);
    }
  }

  close(): void {
    this.#closed = true;
    this.#closeIdle();
  }

  #takeIdle(): Kept | null {
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      const age = this.#options.now() - kept.openedAt;
      if (kept.session.usable && age < this.#options.recycleMs) return kept;
      this.#discard(kept);
    }
    return null;
  }

  async #make(): Promise<Kept> {
    const session = await this.#options.open();
    const kept = { session, openedAt: this.#options.now(), timer: undefined };
    this.#open.add(kept);
    return kept;
  }

  #giveBack(kept: Kept): void {
    if (this.#closed || !kept.session.usable) return this.#discard(kept);
    this.#idle.push(kept);
    if (this.#open.size <= this.#options.size) return;
    kept.timer = setTimeout(() => {
      if (this.#open.size <= this.#options.size) return;
      this.#idle.splice(this.#idle.indexOf(kept), 1);
      this.#discard(kept);
    }, this.#options.overflowIdleMs);
    // An idle connection keeps no process alive.
    Deno.unrefTimer(kept.timer);
  }

  #closeIdle(): void {
    for (const kept of this.#idle.splice(0)) this.#discard(kept);
  }

  #discard(kept: Kept): void {
    clearTimeout(kept.timer);
    this.#open.delete(kept);
    kept.session.close();
  }
}
