/**
 * One JSON-RPC message a line, over any pair of byte streams. When the input ends, what was asked is
 * still answered (so that `echo '…' | superset-mcp stdio` works), and then the connection closes.
 */
import {
  type JSONRPCMessage,
  parseJSONRPCMessage,
  type RequestId,
  type Transport,
} from "@modelcontextprotocol/server";
import { idOf, INVALID_REQUEST, PARSE_ERROR } from "./wire.ts";

export interface LineTransportOptions {
  readonly input: ReadableStream<Uint8Array>;
  readonly output: WritableStream<Uint8Array>;
  /** Called once, when the connection is over. */
  readonly onEnd?: () => void;
  /** The longest line taken, in characters; a longer one ends the connection. */
  readonly longestLine?: number;
  /** How long answers may still come after the input ended, in milliseconds. */
  readonly lingerMs?: number;
}

const LONGEST_LINE = 10 * 1024 * 1024;
const LINGER_MS = 60_000;

export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport["onmessage"];

  readonly #options: LineTransportOptions;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #unanswered = new Set<RequestId>();
  #reader: ReadableStreamDefaultReader<string> | undefined;
  #inputEnded = false;
  #closed = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LineTransportOptions) {
    this.#options = options;
    this.#writer = options.output.getWriter();
  }

  start(): Promise<void> {
    const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
    this.#reader = this.#options.input.pipeThrough(decoder).getReader();
    void this.#read(this.#reader);
    return Promise.resolve();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#closed) return;
    if (!("method" in message) && message.id !== undefined) this.#unanswered.delete(message.id);
    await this.#writer.write(this.#encoder.encode(`${JSON.stringify(message)}\n`));
    this.#closeWhenDone();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#linger);
    await this.#reader?.cancel().catch(() => {});
    await this.#writer.close().catch(() => {});
    this.onclose?.();
    this.#options.onEnd?.();
  }

  async #read(reader: ReadableStreamDefaultReader<string>): Promise<void> {
    const longest = this.#options.longestLine ?? LONGEST_LINE;
    let rest = "";
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const lines = (rest + value).split("\n");
        rest = lines.pop() ?? "";
        if (rest.length > longest) throw new Error(`A line is longer than ${longest} characters.`);
        for (const line of lines) this.#take(line);
      }
      this.#take(rest);
    } catch (error) {
      if (!this.#closed) this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
    this.#inputEnded = true;
    this.#linger = setTimeout(() => void this.close(), this.#options.lingerMs ?? LINGER_MS);
    this.#closeWhenDone();
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      return this.#refuse(PARSE_ERROR, "Parse error: the line is not valid JSON.", null);
    }
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(parsed);
    } catch {
      const text = "Invalid Request: the line is not a JSON-RPC 2.0 message.";
      return this.#refuse(INVALID_REQUEST, text, idOf(parsed));
    }
    if ("method" in message && "id" in message) this.#unanswered.add(message.id);
    if ("method" in message && message.method === "notifications/cancelled") {
      this.#unanswered.delete(message.params?.requestId as RequestId);
    }
    this.onmessage?.(message);
  }

  #refuse(code: number, message: string, id: RequestId | null): void {
    const answer = JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id });
    this.#writer.write(this.#encoder.encode(`${answer}\n`)).catch(() => {});
  }

  #closeWhenDone(): void {
    if (this.#inputEnded && this.#unanswered.size === 0) void this.close();
  }
}
