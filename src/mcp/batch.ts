/** JSON-RPC batches, which only the revision 2025-03-26 knows. */
import { errorResponse, idOf, INVALID_REQUEST, JSON_HEADERS, TRANSPORT_ERROR } from "./wire.ts";

const BATCH_VERSION = "2025-03-26";
const MOST_MESSAGES = 100;
/** All answers of a batch stand in memory until the last is there. */
const MOST_ANSWER_CHARS = 4 * 1024 * 1024;
/** One client's batch takes no more of the service than so many single requests at a time. */
const AT_ONCE = 4;

const TOO_LARGE = {
  code: TRANSPORT_ERROR,
  message: "The answers before this one fill the batch: send this request again, by itself.",
};

/**
 * @param version the revision the client speaks
 * @param answer answers one message, as JSON
 * @returns the answers in one array, or 202 where there are none to give
 */
export async function answerBatch(
  messages: readonly unknown[],
  version: string,
  answer: (message: unknown) => Promise<Response>,
): Promise<Response> {
  const fault = batchFault(messages, version);
  if (fault !== null) return errorResponse(400, INVALID_REQUEST, `Invalid Request: ${fault}`);

  const answers: (string | null)[] = new Array(messages.length).fill(null);
  const queue = messages.entries();
  let chars = 0;
  const work = async () => {
    for (const [index, message] of queue) {
      const id = idOf(message);
      if (chars > MOST_ANSWER_CHARS && id !== null) {
        answers[index] = JSON.stringify({ jsonrpc: "2.0", error: TOO_LARGE, id });
        continue;
      }
      const response = await answer(message);
      // A notification's 202 and a cancelled request's empty stream are no part of the answer.
      if (response.headers.get("content-type") === "application/json") {
        const text = await response.text();
        answers[index] = text;
        chars += text.length;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  const given = answers.filter((text) => text !== null);
  if (given.length === 0) return new Response(null, { status: 202 });
  return new Response(`[${given.join(",")}]`, { headers: JSON_HEADERS });
}

function batchFault(messages: readonly unknown[], version: string): string | null {
  if (version !== BATCH_VERSION) {
    return `batches belong to revision ${BATCH_VERSION} only; send one message at a time.`;
  }
  if (messages.length === 0) return "the batch is empty.";
  if (messages.length > MOST_MESSAGES) {
    return `a batch of ${messages.length} messages; send at most ${MOST_MESSAGES}.`;
  }
  // "The initialize request MUST NOT be part of a JSON-RPC batch" (2025-03-26, lifecycle).
  if (messages.some((message) => isInitialize(message))) return "'initialize' can't be in a batch.";
  return null;
}

function isInitialize(message: unknown): boolean {
  return typeof message === "object" && message !== null && "method" in message &&
    message.method === "initialize";
}
