/**
 * What changes during a session of the older eras: the log level and the subscriptions a client asked
 * for, its open stream of notices, and that it ended. Soft state, told to every process over the bus
 * and bounded; a client whose state was dropped only gets fewer notices.
 */
import type { LoggingLevel, ServerEvent } from "@modelcontextprotocol/server";
import type { BusMessage, McpBus, SessionChange } from "./bus.ts";
import { createNoticeStream, type NoticeStream } from "./notice_stream.ts";
import { ErrorCode, ProtocolError } from "./protocol.ts";
import type { Session } from "./session_id.ts";

export interface SessionNotices {
  /** @throws ProtocolError when the client has no session to keep anything for */
  of(session: Session | undefined): SessionSettings;
  levelOf(session: Session | undefined): LoggingLevel | undefined;
  isEnded(session: Session): boolean;
  end(session: Session): void;
  /**
   * The stream of a session's notices; an earlier one of the same session closes.
   *
   * @param owner the session's principal
   * @returns null when this process, or this owner, has as many as it may
   */
  openStream(session: Session, owner: string): Response | null;
  announce(event: ServerEvent): void;
  close(): void;
}

export interface SessionSettings {
  setLevel(level: LoggingLevel): void;
  subscribe(uri: string): void;
  unsubscribe(uri: string): void;
}

interface State {
  level?: LoggingLevel;
  readonly uris: Set<string>;
}

export interface NoticeLimits {
  readonly sessions: number;
  readonly urisOfSession: number;
  readonly streams: number;
  readonly streamsOfOwner: number;
}

const LIMITS: NoticeLimits = {
  sessions: 10_000,
  urisOfSession: 1_000,
  streams: 1_024,
  streamsOfOwner: 64,
};

export function createSessionNotices(
  bus: McpBus,
  process: string,
  limits: NoticeLimits = LIMITS,
): SessionNotices {
  const states = new Map<string, State>();
  const streams = new Map<string, NoticeStream & { readonly owner: string }>();
  /** Ended sessions, by when their ids expire anyway. */
  const ended = new Map<string, number>();
  const unsubscribe = bus.subscribe(onMessage);

  const tell = (session: string, change: SessionChange) =>
    bus.publish({ kind: "session", session, change });

  return {
    of(session) {
      if (!session) {
        throw new ProtocolError(
          ErrorCode.InvalidRequest,
          "This needs a session: send 'initialize' first, then its Mcp-Session-Id with every request.",
        );
      }
      const { id } = session;
      return {
        setLevel: (level) => tell(id, { type: "log_level", level }),
        subscribe(uri) {
          if ((states.get(id)?.uris.size ?? 0) >= limits.urisOfSession) {
            throw new ProtocolError(
              ErrorCode.InvalidParams,
              `No more than ${limits.urisOfSession} subscriptions a session: end one first.`,
            );
          }
          tell(id, { type: "subscribe", uri });
        },
        unsubscribe: (uri) => tell(id, { type: "unsubscribe", uri }),
      };
    },
    levelOf: (session) => session && states.get(session.id)?.level,
    isEnded: (session) => ended.size > 0 && ended.has(session.id),
    end: (session) => tell(session.id, { type: "end", expiresAt: session.expiresAt }),
    openStream({ id }, owner) {
      streams.get(id)?.close();
      const owned = streams.values().filter((stream) => stream.owner === owner);
      if (streams.size >= limits.streams) return null;
      if (owned.toArray().length >= limits.streamsOfOwner) return null;
      const stream = {
        owner,
        ...createNoticeStream(() => {
          if (streams.get(id) === stream) streams.delete(id);
        }),
      };
      streams.set(id, stream);
      tell(id, { type: "stream", process });
      return stream.response;
    },
    announce: (event) => bus.publish({ kind: "event", event }),
    close() {
      unsubscribe();
      for (const stream of [...streams.values()]) stream.close();
    },
  };

  function onMessage(message: BusMessage): void {
    if (message.kind === "session") change(message.session, message.change);
    if (message.kind === "event") {
      for (const [id, stream] of streams) deliver(message.event, id, stream);
    }
  }

  function change(id: string, change: SessionChange): void {
    switch (change.type) {
      case "log_level":
        stateOf(id).level = change.level;
        return;
      case "subscribe":
        stateOf(id).uris.add(change.uri);
        return;
      case "unsubscribe":
        states.get(id)?.uris.delete(change.uri);
        return;
      case "stream":
        if (change.process !== process) streams.get(id)?.close();
        return;
      case "end":
        states.delete(id);
        streams.get(id)?.close();
        put(ended, id, change.expiresAt);
    }
  }

  function stateOf(id: string): State {
    const state = states.get(id) ?? { uris: new Set<string>() };
    put(states, id, state);
    return state;
  }

  /** Keeps the map bounded: the entry that was longest not written goes first. */
  function put<Value>(map: Map<string, Value>, id: string, value: Value): void {
    map.delete(id);
    map.set(id, value);
    const [oldest] = map.keys();
    if (map.size > limits.sessions && oldest !== undefined) map.delete(oldest);
  }

  function deliver(event: ServerEvent, id: string, stream: NoticeStream): void {
    if (event.kind !== "resource_updated") {
      const list = event.kind.slice(0, event.kind.indexOf("_"));
      stream.send(`notifications/${list}/list_changed`, event.params);
    } else if (states.get(id)?.uris.has(event.uri)) {
      stream.send("notifications/resources/updated", { ...event.params, uri: event.uri });
    }
  }
}
