/**
 * Session ids that need no store: what a session is, sealed with an HMAC and bound to one person,
 * so that any process can check any id. What changes during a session lives in session_notices.ts.
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { ClientCapabilities } from "@modelcontextprotocol/server";

export interface Session {
  readonly id: string;
  /** The protocol revision agreed on in `initialize`. */
  readonly version: string;
  /** What the client said it can do; only what a server may ask for. */
  readonly capabilities: ClientCapabilities;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface SessionIds {
  /** A new session's id, visible ASCII as the specification wants. */
  mint(version: string, capabilities: unknown, principal: string): string;
  /** The session, or null when the id is forged, expired, or someone else's. */
  verify(sessionId: string, principal: string): Session | null;
}

/** A client that works longer initializes again: it gets 404, as the specification tells it to expect. */
const LIFETIME_MS = 24 * 3600 * 1000;
/** Far above any id made here; an HMAC over more is wasted work. */
const LONGEST_ID = 1024;
const MAC_BYTES = 24;

/**
 * @param key at least 32 bytes, the same at every process
 * @param now the time, in milliseconds since 1970
 */
export function createSessionIds(key: Uint8Array, now: () => number = Date.now): SessionIds {
  const mac = (payload: string, principal: string) =>
    createHmac("sha256", key)
      .update(`mcp-session\n${principal}\n${payload}`)
      .digest()
      .subarray(0, MAC_BYTES);

  return {
    mint(version, capabilities, principal) {
      const fields = [randomUUID(), version, summarize(capabilities), now() + LIFETIME_MS];
      const payload = Buffer.from(JSON.stringify(fields)).toString("base64url");
      return `${payload}.${mac(payload, principal).toString("base64url")}`;
    },
    verify(sessionId, principal) {
      if (sessionId.length > LONGEST_ID) return null;
      const dot = sessionId.indexOf(".");
      if (dot < 0) return null;
      const payload = sessionId.slice(0, dot);
      const claimed = Buffer.from(sessionId.slice(dot + 1), "base64url");
      const expected = mac(payload, principal);
      if (claimed.length !== expected.length || !timingSafeEqual(claimed, expected)) return null;
      const [id, version, capabilities, expiresAt] = JSON.parse(
        Buffer.from(payload, "base64url").toString(),
      ) as [string, string, ClientCapabilities, number];
      return expiresAt > now() ? { id, version, capabilities, expiresAt } : null;
    },
  };
}

/** The capabilities a server may act on, without what else a client put there: ids stay short. */
function summarize(capabilities: unknown): ClientCapabilities {
  const { sampling, elicitation, roots } = record(capabilities);
  return {
    ...(isRecord(sampling) ? { sampling: flags(sampling, ["tools", "context"]) } : {}),
    ...(isRecord(elicitation) ? { elicitation: flags(elicitation, ["form", "url"]) } : {}),
    ...(isRecord(roots) ? { roots: {} } : {}),
  };
}

function flags(
  source: Record<string, unknown>,
  names: readonly string[],
): Record<string, Record<string, never>> {
  return Object.fromEntries(
    names.filter((name) => isRecord(source[name])).map((name) => [name, {}]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
