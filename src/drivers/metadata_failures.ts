/** What callers are told when the metadata database does not answer, in the same words for every engine. */
import { ServiceError, unavailable } from "../errors.ts";

export function unreachable(cause: unknown): ServiceError {
  return unavailable("The metadata database can't be reached.", {
    hint: "Try again in a moment; if it stays, ask the operator to run `superset-mcp check`.",
    cause,
  });
}

/** @param options the URI's options that decide about it, such as `sslmode and sslrootcert` */
export function untrusted(options: string, cause: unknown): ServiceError {
  return unavailable("The metadata database's TLS certificate can't be trusted.", {
    hint:
      `Ask the operator to look at ${options} in SQLALCHEMY_DATABASE_URI, with \`superset-mcp check\`.`,
    cause,
  });
}

export function tookTooLong(cause: unknown): ServiceError {
  return new ServiceError("timeout", "The metadata database took too long to answer.", {
    hint: "Narrow the search or the filters, or try again in a moment.",
    cause,
  });
}

export function refusedQuery(cause: unknown): ServiceError {
  return new ServiceError("internal", "The metadata database refused a query.", { cause });
}

export function mayNotWrite(cause: unknown): ServiceError {
  return unavailable("This service may not write to the metadata database.", {
    hint: "Ask the operator to let the account or file of SQLALCHEMY_DATABASE_URI be written to, " +
      "or to set MCP_READ_ONLY, which hides what writes.",
    cause,
  });
}

export function alreadyThere(cause: unknown): ServiceError {
  return new ServiceError("conflict", "Something with these values is there already.", {
    hint: "Look at what is there, or choose another name.",
    cause,
  });
}

/** The server's code, the system's or the driver's own; empty where there is none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}
