/**
 * Answers that take long are given before they are made: 200, with a body that is filled later. Deno
 * (2.9) tells of a client that hangs up, by the request's signal, only once there is an answer to send;
 * until then, one whose body came in more than a packet leaves unnoticed, and its query runs on
 * (docs/decisions/0018-late-answers.md).
 */
import { Deadlines } from "./deadlines.ts";
import { endingWith } from "./ongoing.ts";
import { JSON_HEADERS } from "./wire.ts";

/** Kept to within as long again, so that a client that left is noticed in less than a second. */
export const LATE_MS = 400;

export class LateAnswers {
  readonly #failed: (fault: unknown) => Response;
  readonly #deadlines: Deadlines;

  /**
   * @param failed what is answered late where making the answer failed
   * @param lateMs how long an answer may take before a body is opened for it
   */
  constructor(failed: (fault: unknown) => Response, lateMs: number = LATE_MS) {
    this.#failed = failed;
    this.#deadlines = new Deadlines(lateMs);
  }

  /**
   * An answer that is made in time is given as it is. A late one is given as 200 with JSON: whatever
   * status it has when it is made is lost, and an empty body stays empty.
   *
   * @param answer JSON of which the status says nothing that its body does not say too
   */
  give(answer: Promise<Response>): Promise<Response> {
    return new Promise((resolve, reject) => {
      const deadline = this.#deadlines.add(() => resolve(filledLater(answer.catch(this.#failed))));
      answer.then((response) => {
        this.#deadlines.remove(deadline);
        resolve(response);
      }, (fault) => {
        this.#deadlines.remove(deadline);
        reject(fault);
      });
    });
  }

  /** Ends the timer. */
  close(): void {
    this.#deadlines.close();
  }
}

function filledLater(answer: Promise<Response>): Response {
  const end = Promise.withResolvers<void>();
  let left = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      answer.then(async (response) => {
        const bytes = await response.bytes();
        if (left) return;
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
      }).catch((thrown) => {
        if (!left) controller.error(thrown);
      }).finally(end.resolve);
    },
    cancel() {
      left = true;
    },
  });
  return endingWith(new Response(body, { headers: JSON_HEADERS }), end.promise);
}
