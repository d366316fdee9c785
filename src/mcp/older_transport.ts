/**
 * The SDK's one-exchange transport, fitted to the older eras: requests to the client get ids that any
 * process can route back, and the client's `initialize` can be replayed from its session.
 */
import {
  type JSONRPCMessage,
  PerRequestHTTPServerTransport,
  type PerRequestResponseMode,
  type TransportSendOptions,
} from "@modelcontextprotocol/server";
import type { ClientAsks } from "./client_asks.ts";
import type { Session } from "./session_id.ts";

const OLDER = { era: "legacy" } as const;
const REPLAYED = "replayed-initialize";

export interface OlderTransportOptions {
  readonly principal: string;
  readonly asks: ClientAsks;
  /** Called once, when the exchange is over. */
  readonly onEnd: () => void;
  readonly responseMode?: PerRequestResponseMode;
}

export class OlderTransport extends PerRequestHTTPServerTransport {
  readonly #options: OlderTransportOptions;
  /** Ids on the wire of the requests this exchange sent, by the SDK's own ids. */
  readonly #asked = new Map<unknown, string>();
  #ended = false;

  constructor(options: OlderTransportOptions) {
    super({ classification: OLDER, responseMode: options.responseMode });
    this.#options = options;
  }

  /** Tells the connected server what the client said of itself when its session began. */
  replayInitialize(session: Session): void {
    const message: JSONRPCMessage = {
      jsonrpc: "2.0",
      id: REPLAYED,
      method: "initialize",
      params: {
        protocolVersion: session.version,
        capabilities: session.capabilities,
        clientInfo: { name: "session", version: "0" },
      },
    };
    this.onmessage?.(message, { classification: OLDER });
  }

  override send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (!("method" in message)) {
      return message.id === REPLAYED ? Promise.resolve() : super.send(message, options);
    }
    if ("id" in message) return super.send(this.#ask(message), options);
    if (message.method === "notifications/cancelled") {
      return super.send(this.#withdraw(message), options);
    }
    return super.send(message, options);
  }

  override async close(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      for (const wireId of this.#asked.values()) this.#options.asks.close(wireId);
      this.#options.onEnd();
    }
    await super.close();
  }

  #ask<Message extends JSONRPCMessage & { id: string | number; params?: Record<string, unknown> }>(
    message: Message,
  ): Message {
    const { asks, principal } = this.#options;
    const deliver = (answer: JSONRPCMessage) => this.onmessage?.(answer, { classification: OLDER });
    const wireId = asks.open(message.id, principal, deliver);
    this.#asked.set(message.id, wireId);
    const meta = message.params?._meta;
    if (typeof meta !== "object" || meta === null || !("progressToken" in meta)) {
      return { ...message, id: wireId };
    }
    return {
      ...message,
      id: wireId,
      params: { ...message.params, _meta: { ...meta, progressToken: wireId } },
    };
  }

  #withdraw<Message extends { params?: Record<string, unknown> }>(message: Message): Message {
    const requestId = this.#asked.get(message.params?.requestId);
    return requestId === undefined
      ? message
      : { ...message, params: { ...message.params, requestId } };
  }
}
