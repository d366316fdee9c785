/**
 * The one family of errors that reaches a client. Every failure of a tool is a `ServiceError`: a
 * stable code, a sentence that says what is wrong, and a hint that says what to do. Anything else
 * that is thrown becomes `internal` at the boundary and keeps its text to the log.
 */

/** The documented set of `error_type` values (contract: "Tools: arguments and answers"). */
export const ERROR_TYPES = [
  "not_found",
  "permission_denied",
  "invalid_argument",
  "invalid_sql",
  "forbidden_sql",
  "timeout",
  "too_large",
  "unavailable",
  "conflict",
  "rate_limited",
  "internal",
] as const;

export type ErrorType = (typeof ERROR_TYPES)[number];

export interface ErrorOptionsExtra {
  /** What the caller can do about it, one sentence. */
  readonly hint?: string;
  /** Machine-readable facts, never a secret and never a row that the caller may not see. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The outward form of an error: the `structuredContent` of a failed call. */
export interface ErrorBody {
  readonly error_type: ErrorType;
  readonly error: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export class ServiceError extends Error {
  readonly type: ErrorType;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;

  constructor(type: ErrorType, message: string, options: ErrorOptionsExtra = {}) {
    super(message, { cause: options.cause });
    this.name = "ServiceError";
    this.type = type;
    this.hint = options.hint;
    this.details = options.details;
  }

  body(): ErrorBody {
    return {
      error_type: this.type,
      error: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

/** An argument that can't be accepted; `details` names it. */
export function invalidArgument(message: string, options: ErrorOptionsExtra = {}): ServiceError {
  return new ServiceError("invalid_argument", message, options);
}

/**
 * An object that does not exist or that the caller may not see: the same words for both, so that
 * the answer tells nothing about which of the two it is.
 */
export function notFound(kind: string, identifier: string | number, hint?: string): ServiceError {
  const named = String(identifier).slice(0, 100);
  return new ServiceError("not_found", `No ${kind} with identifier '${named}'.`, { hint });
}

/** A part of the service that is down or too busy to answer now. */
export function unavailable(message: string, options: ErrorOptionsExtra = {}): ServiceError {
  return new ServiceError("unavailable", message, options);
}

/** What the boundary makes of any thrown value: a `ServiceError` as it is, all else `internal`. */
export function toServiceError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  return new ServiceError("internal", "The service failed to answer this call.", {
    hint: "Try again; if it stays, give the operator the trace id of this call.",
    cause: thrown,
  });
}
