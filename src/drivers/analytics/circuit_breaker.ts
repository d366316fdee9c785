/**
 * Leaves alone what keeps failing: after some failures in a row nothing is tried for a while; then
 * one attempt goes through, and its outcome decides.
 */
export class CircuitBreaker {
  readonly #now: () => number;
  readonly #failures: number;
  readonly #restMs: number;
  #failed = 0;
  #closedUntil = 0;
  #trying = false;

  /**
   * @param now milliseconds
   * @param failures how many in a row are too many
   * @param restMs how long nothing is tried then
   */
  constructor(now: () => number, failures: number, restMs: number) {
    this.#now = now;
    this.#failures = failures;
    this.#restMs = restMs;
  }

  get failuresInARow(): number {
    return this.#failed;
  }

  /** Milliseconds until something may be tried; 0 for now. Who is let in must report back. */
  waitMs(): number {
    if (this.#failed < this.#failures) return 0;
    const rest = this.#closedUntil - this.#now();
    if (rest > 0) return rest;
    if (this.#trying) return 1;
    this.#trying = true;
    return 0;
  }

  succeeded(): void {
    this.#failed = 0;
    this.#trying = false;
  }

  failed(): void {
    this.#failed += 1;
    this.#trying = false;
    if (this.#failed >= this.#failures) this.#closedUntil = this.#now() + this.#restMs;
  }
}
