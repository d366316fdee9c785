/**
 * What the processes of one service tell each other about the protocol: replies that arrived at the
 * wrong process, cancellations, changes of a session, and change notices for clients. In one process
 * it is a set of listeners; a shared one only has to carry the same JSON messages.
 */
import type { JSONRPCMessage, LoggingLevel, ServerEvent } from "@modelcontextprotocol/server";

export type SessionChange =
  | { readonly type: "log_level"; readonly level: LoggingLevel }
  | { readonly type: "subscribe" | "unsubscribe"; readonly uri: string }
  /** A process took over the session's stream of notices. */
  | { readonly type: "stream"; readonly process: string }
  | { readonly type: "end"; readonly expiresAt: number };

export type BusMessage =
  | { readonly kind: "event"; readonly event: ServerEvent }
  /** A client's answer to a request that the process `to` sent it. */
  | {
    readonly kind: "reply";
    readonly to: string;
    readonly principal: string;
    readonly message: JSONRPCMessage;
  }
  /** A client cancels a request; see in_flight.ts for the key. */
  | { readonly kind: "cancel"; readonly key: string; readonly reason: string | undefined }
  | { readonly kind: "session"; readonly session: string; readonly change: SessionChange };

export interface McpBus {
  /** Reaches every listener of every process, the publisher's own too. Never throws. */
  publish(message: BusMessage): void;
  /** @returns the function that ends it */
  subscribe(listener: (message: BusMessage) => void): () => void;
}

/** The bus of a service that is one process: delivers at once. */
export function createMemoryBus(): McpBus {
  const listeners = new Set<(message: BusMessage) => void>();
  return {
    publish(message) {
      for (const listener of listeners) listener(message);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
