/**
 * Everything the service tells its operators, as one union. Code emits facts; the log, the metrics
 * and the trace are their readers (see log.ts and metrics.ts), so that each fact is told once.
 *
 * No observation may hold an argument's value, a token, a row or an address with a password.
 */
import type { ErrorType } from "../errors.ts";

export interface CallObservation {
  readonly kind: "call";
  readonly tool: string;
  readonly status: "success" | "error";
  readonly errorType?: ErrorType;
  readonly durationMs: number;
  readonly traceId: string;
  readonly user: string | null;
  readonly tenant: string | null;
  /** What an `internal` error really was; for the log only. */
  readonly cause?: unknown;
}

export type Observation =
  | { readonly kind: "call_started"; readonly tool: string }
  | CallObservation
  | {
    readonly kind: "http";
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly durationMs: number;
    readonly traceId: string;
  }
  | {
    readonly kind: "auth_refused";
    readonly reason: string;
    readonly status: number;
    readonly traceId: string;
  }
  | {
    readonly kind: "started";
    readonly url: string;
    readonly demo: boolean;
    readonly startMs: number;
  }
  | { readonly kind: "stopping"; readonly signal: string }
  | { readonly kind: "stopped"; readonly drained: boolean }
  | {
    /** SQL Lab's history could not be written, or not all of it. */
    readonly kind: "query_history";
    /** Rows that nobody will find in it. */
    readonly dropped: number;
    /** Rows that are tried again. */
    readonly waiting: number;
    /** For the log only. */
    readonly cause: unknown;
  }
  | {
    readonly kind: "notice";
    readonly level: "debug" | "info" | "warn" | "error";
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };

/** Takes a fact and returns at once; never throws. */
export type Observer = (observation: Observation) => void;
