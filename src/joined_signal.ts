/**
 * One signal out of several. `AbortSignal.any` holds them by weak references: in Deno (2.9) these cost
 * more than the rest of it, and stay until a full collection. So each has to end with the request.
 */

/**
 * A signal that goes off with the first of them, with its reason.
 * @param signals none that outlives the request: they hold what is given here
 * @param abort makes the signal; a new one unless it is given
 */
export function joinSignals(
  signals: readonly (AbortSignal | undefined)[],
  abort = new AbortController(),
): AbortSignal {
  const follow = ({ currentTarget }: Event) => abort.abort((currentTarget as AbortSignal).reason);
  for (const signal of signals) {
    if (signal?.aborted) abort.abort(signal.reason);
    else signal?.addEventListener("abort", follow, { once: true });
  }
  return abort.signal;
}
