/**
 * The calls that run now: each is told to end when it takes too long, and a service that stops can
 * wait for the last of them.
 */
import { Deadlines } from "../mcp/deadlines.ts";
import { endOf, watched } from "../mcp/ongoing.ts";

export interface TimeLimits {
  /** For a call, from its body to its answer. */
  readonly callMs: number;
  /** The same where the answer is a file, which its reader takes at their own pace. */
  readonly fileMs: number;
  /** For a body to arrive, so that a byte now and then keeps nothing open. */
  readonly bodyMs: number;
}

export class Running {
  /** Of the bodies that are on their way. */
  readonly bodies: Deadlines;
  readonly #calls: Deadlines;
  readonly #files: Deadlines;
  readonly #controllers = new Set<AbortController>();
  #waiting: (() => void)[] = [];

  /** @param now milliseconds of a clock that only goes forward */
  constructor(limits: TimeLimits, now?: () => number) {
    this.bodies = new Deadlines(limits.bodyMs, now);
    this.#calls = new Deadlines(limits.callMs, now);
    this.#files = new Deadlines(limits.fileMs, now);
  }

  /** How many calls run. */
  get size(): number {
    return this.#controllers.size;
  }

  /**
   * Runs a call, which lasts until its answer is made; where that goes on (a stream of events, a body
   * that is filled later) and `toItsEnd` is set, until its end, which `endOf` tells.
   *
   * @param call gets a signal that aborts when the call has had its time
   */
  async run(
    call: (signal: AbortSignal) => Promise<Response>,
    toItsEnd: boolean,
    kind: "call" | "file" = "call",
  ): Promise<Response> {
    const controller = new AbortController();
    const deadlines = kind === "file" ? this.#files : this.#calls;
    const deadline = deadlines.add(() =>
      controller.abort(timeout(`The call took more than ${deadlines.limitMs / 1000} s.`))
    );
    const end = () => {
      deadlines.remove(deadline);
      this.#end(controller);
    };
    this.#controllers.add(controller);
    try {
      const given = await call(controller.signal);
      const response = toItsEnd ? watched(given) : given;
      const over = endOf(response);
      if (over === null) end();
      else void over.then(end);
      return response;
    } catch (thrown) {
      end();
      throw thrown;
    }
  }

  /** Resolves when nothing runs. */
  idle(): Promise<void> {
    if (this.#controllers.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  abortAll(reason: string): void {
    for (const controller of this.#controllers) controller.abort(timeout(reason));
  }

  /** Ends the timers. */
  close(): void {
    this.bodies.close();
    this.#calls.close();
    this.#files.close();
  }

  #end(controller: AbortController): void {
    this.#controllers.delete(controller);
    if (this.#controllers.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function timeout(message: string): DOMException {
  return new DOMException(message, "TimeoutError");
}
