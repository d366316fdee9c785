/**
 * Requests that this service sends to a client during one of the client's own (older eras: sampling,
 * elicitation, roots). The answer arrives as a POST of its own, at any process, so the id on the wire
 * names the process that waits for it.
 */
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/server";
import type { BusMessage, McpBus } from "./bus.ts";

/** Where an answer goes: the transport of the exchange that asked. */
export type Deliver = (message: JSONRPCMessage) => void;

export interface ClientAsks {
  /** Registers a request and returns the id it has on the wire, which nobody can guess. */
  open(id: RequestId, principal: string, deliver: Deliver): string;
  close(wireId: string): void;
  /**
   * Takes a client's answer, or its progress on one of our requests, to whoever waits for it. What
   * nobody waits for, and what someone else sent, is dropped.
   */
  receive(message: JSONRPCMessage, principal: string): void;
}

interface Ask {
  readonly id: RequestId;
  readonly principal: string;
  readonly deliver: Deliver;
}

export function createClientAsks(bus: McpBus, process: string): ClientAsks & { stop(): void } {
  const open = new Map<string, Ask>();
  const stop = bus.subscribe((message: BusMessage) => {
    if (message.kind === "reply" && message.to === process) {
      deliver(message.message, message.principal);
    }
  });

  return {
    open(id, principal, deliver) {
      const wireId = `${process}.${crypto.randomUUID()}`;
      open.set(wireId, { id, principal, deliver });
      return wireId;
    },
    close: (wireId) => void open.delete(wireId),
    receive(message, principal) {
      const wireId = wireIdOf(message);
      if (wireId === null) return;
      const to = wireId.slice(0, wireId.indexOf("."));
      if (to === process) deliver(message, principal);
      else bus.publish({ kind: "reply", to, principal, message });
    },
    stop,
  };

  function deliver(message: JSONRPCMessage, principal: string): void {
    const ask = open.get(wireIdOf(message) ?? "");
    if (!ask || ask.principal !== principal) return;
    ask.deliver(withOwnId(message, ask.id));
  }
}

/** The id on the wire of the request that `message` answers or reports progress on. */
function wireIdOf(message: JSONRPCMessage): string | null {
  const id = "method" in message ? message.params?.progressToken : message.id;
  return typeof id === "string" && id.includes(".") ? id : null;
}

function withOwnId(message: JSONRPCMessage, id: RequestId): JSONRPCMessage {
  if ("method" in message) return { ...message, params: { ...message.params, progressToken: id } };
  return { ...message, id };
}
