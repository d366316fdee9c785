/** What each fact becomes in the log: a level, a message and named fields, and nothing else of it. */
import type { Observation } from "./observation.ts";
import { describeThrown, redact } from "./redact.ts";

export type Level = "debug" | "info" | "warn" | "error";

export interface LogLine {
  readonly level: Level;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** @returns null for a fact that only counts */
export function logLine(fact: Observation): LogLine | null {
  switch (fact.kind) {
    case "call_started":
      return null;
    case "call":
      return {
        level: fact.errorType === "internal" ? "error" : "info",
        message: "call",
        fields: {
          trace_id: fact.traceId,
          user: fact.user,
          tenant: fact.tenant,
          tool: fact.tool,
          status: fact.status,
          duration_ms: rounded(fact.durationMs),
          error_type: fact.errorType,
          ...(fact.cause === undefined ? {} : { cause: describeThrown(fact.cause) }),
        },
      };
    case "http":
      return {
        level: fact.status >= 500 ? "warn" : "debug",
        message: "request",
        fields: {
          trace_id: fact.traceId,
          method: fact.method,
          path: fact.path,
          status: fact.status,
          duration_ms: rounded(fact.durationMs),
        },
      };
    case "auth_refused":
      return {
        level: "warn",
        message: "refused",
        fields: { trace_id: fact.traceId, status: fact.status, reason: redact(fact.reason) },
      };
    case "started":
      return {
        level: "info",
        message: "started",
        fields: { url: fact.url, demo: fact.demo, start_ms: rounded(fact.startMs) },
      };
    case "stopping":
      return { level: "info", message: "stopping", fields: { signal: fact.signal } };
    case "stopped":
      return {
        level: fact.drained ? "info" : "warn",
        message: "stopped",
        fields: { drained: fact.drained },
      };
    case "query_history":
      return {
        level: fact.dropped > 0 ? "error" : "warn",
        message: "query history is behind",
        fields: {
          dropped: fact.dropped,
          waiting: fact.waiting,
          ...(fact.cause === null ? {} : { cause: describeThrown(fact.cause) }),
        },
      };
    case "notice":
      return {
        level: fact.level,
        message: redact(fact.message),
        fields: safeDetails(fact.details ?? {}),
      };
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

function safeDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, safeValue(value)]),
  );
}

function safeValue(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Error) return describeThrown(value);
  if (Array.isArray(value)) return value.map(safeValue);
  return typeof value === "bigint" ? String(value) : `(${typeof value})`;
}
