/**
 * Holds back what a server sends while somebody is not ready for more: the connection is not read
 * from, its buffers fill, and the server waits. What is kept here stays as it was.
 */
export class Flow {
  readonly #pause: () => void;
  readonly #resume: () => void;
  #holds = 0;
  #stopped = false;

  constructor(pause: () => void, resume: () => void) {
    this.#pause = pause;
    this.#resume = resume;
  }

  /** Until it settles, either way. A few rows may still come that were read already. */
  hold(until: Promise<unknown>): void {
    if (this.#holds++ === 0 && !this.#stopped) this.#pause();
    const go = () => {
      if (--this.#holds === 0 && !this.#stopped) this.#resume();
    };
    until.then(go, go);
  }

  /** The statement is over, so that what is still held must not touch the next one's connection. */
  stop(): void {
    if (this.#holds > 0 && !this.#stopped) this.#resume();
    this.#stopped = true;
  }
}
