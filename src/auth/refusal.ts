/** A request that is refused before any tool is looked at: 401 or 403 with its challenge. */
export class AuthRefusal extends Error {
  constructor(
    readonly status: 401 | 403,
    /** RFC 6750 error code; null where the request brought no credentials. */
    readonly code: "invalid_token" | "insufficient_scope" | null,
    /** For the client: says nothing about which users exist. */
    readonly description: string,
    /** For the log; holds no token. */
    readonly reason: string,
  ) {
    super(description);
    this.name = "AuthRefusal";
  }
}

/** The request brought no bearer token at all. */
export function noToken(reason: string): AuthRefusal {
  return new AuthRefusal(401, null, "This service needs a bearer token.", reason);
}

/** A token that does not hold; the client is told no more than that, or that it ran out. */
export function invalidToken(
  reason: string,
  description = "The access token was not accepted.",
): AuthRefusal {
  return new AuthRefusal(401, "invalid_token", description, reason);
}

/** An account that does not exist and one that is switched off: the same words for both. */
export function unknownUser(reason: string): AuthRefusal {
  return invalidToken(reason, "The access token names no user who may sign in here.");
}

/** A good token without a scope that the settings require. */
export function insufficientScope(missing: readonly string[]): AuthRefusal {
  return new AuthRefusal(
    403,
    "insufficient_scope",
    `The access token lacks a required scope: ${missing.join(" ")}.`,
    `the token lacks the scope ${missing.join(" ")} (MCP_REQUIRED_SCOPES)`,
  );
}
