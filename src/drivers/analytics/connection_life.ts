/**
 * Tells what runs on a connection that the connection is lost, since drivers leave some of it waiting.
 * Not one promise for the whole life of a connection: it would keep something of every statement that
 * was ever raced against it.
 */
export class ConnectionLife {
  readonly #running = new Set<(error: unknown) => void>();
  #lost: { readonly error: unknown } | null = null;

  /** @throws what `work` throws, or the error of the loss as soon as there is one */
  async during<T>(work: Promise<T>): Promise<T> {
    const loss = Promise.withResolvers<never>();
    if (this.#lost !== null) loss.reject(this.#lost.error);
    else this.#running.add(loss.reject);
    try {
      return await Promise.race([work, loss.promise]);
    } finally {
      this.#running.delete(loss.reject);
    }
  }

  /** The first loss counts. */
  end(error: unknown): void {
    this.#lost ??= { error };
    for (const reject of this.#running) reject(error);
    this.#running.clear();
  }
}
