/**
 * The requests that run in this process, so that a `notifications/cancelled` of the older eras, which
 * arrives as an HTTP request of its own, finds the one it means.
 */
import type { RequestId } from "@modelcontextprotocol/server";
import type { Exchange } from "./exchange.ts";

export interface Cancellable {
  cancel(reason?: string): void;
}

export interface InFlight {
  add(key: string, request: Cancellable): void;
  remove(key: string, request: Cancellable): void;
  /** Cancels the request under `key`, unless several share it: then nobody can tell which is meant. */
  cancel(key: string, reason?: string): void;
}

export function createInFlight(): InFlight {
  const running = new Map<string, Cancellable[]>();
  return {
    add(key, request) {
      const others = running.get(key);
      if (others) others.push(request);
      else running.set(key, [request]);
    },
    remove(key, request) {
      const requests = running.get(key);
      if (!requests) return;
      if (requests.length > 1) requests.splice(requests.indexOf(request), 1);
      else running.delete(key);
    },
    cancel(key, reason) {
      const requests = running.get(key);
      if (requests?.length === 1) requests[0]?.cancel(reason);
    },
  };
}

/** A request id is a client's own: it means something within its session, or with its person. */
export function requestKey(exchange: Exchange, id: RequestId): string {
  const owner = exchange.session?.id ?? exchange.principal;
  return typeof id === "number" ? `${owner} ${id}` : `${owner} "${id}"`;
}
