/** `GET` and `DELETE /mcp`, and what a session id in a header stands for (older eras). */
import type { Caller } from "../auth/caller.ts";
import { principalOf } from "./exchange.ts";
import type { Session, SessionIds } from "./session_id.ts";
import type { SessionNotices } from "./session_notices.ts";
import * as wire from "./wire.ts";

export const SESSION_HEADER = "mcp-session-id";

export interface Sessions {
  /** The session that a request names; undefined where it names none, null where that is none of its caller's. */
  of(request: Request, caller: Caller): Session | undefined | null;
  /** The stream of a session's notices. */
  stream(request: Request, caller: Caller): Response;
  end(request: Request, caller: Caller): Response;
}

export function createSessions(ids: SessionIds, notices: SessionNotices): Sessions {
  const of = (request: Request, caller: Caller) => {
    const sessionId = request.headers.get(SESSION_HEADER);
    if (sessionId === null) return undefined;
    const session = ids.verify(sessionId, principalOf(caller));
    return session && !notices.isEnded(session) ? session : null;
  };
  return {
    of,
    stream(request, caller) {
      const session = of(request, caller);
      if (session === undefined) return methodNotAllowed();
      if (session === null) return sessionNotFound(null);
      if (!wire.accepts(request.headers.get("accept"), "text/event-stream")) {
        const message = "Not Acceptable: send 'Accept: text/event-stream'.";
        return wire.errorResponse(406, wire.TRANSPORT_ERROR, message);
      }
      return notices.openStream(session, principalOf(caller)) ??
        wire.errorResponse(503, wire.TRANSPORT_ERROR, "Too many open streams: try again later.");
    },
    end(request, caller) {
      const session = of(request, caller);
      if (session === undefined) return methodNotAllowed();
      if (session === null) return sessionNotFound(null);
      notices.end(session);
      return new Response(null, { status: 204 });
    },
  };
}

/** The specification's answer for a session that is over, or never was this caller's. */
export function sessionNotFound(message: unknown): Response {
  return wire.errorResponse(
    404,
    wire.SESSION_NOT_FOUND,
    "Session not found: send 'initialize' again, without a session id.",
    wire.idOf(message),
  );
}

export function methodNotAllowed(): Response {
  const message = "Method not allowed: send messages by POST.";
  return wire.errorResponse(405, wire.TRANSPORT_ERROR, message, null, { allow: "POST" });
}
