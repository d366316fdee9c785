/** From a request's credentials to the caller. */
import type { Caller } from "./caller.ts";

/** A request that is refused before any tool is looked at: 401 or 403 with its challenge. */
export class AuthRefusal extends Error {
  constructor(
    readonly status: 401 | 403,
    /** RFC 6750 error code. */
    readonly code: "invalid_token" | "insufficient_scope" | null,
    /** For the client: says nothing about which users exist. */
    readonly description: string,
    /** For the log. */
    readonly reason: string,
  ) {
    super(description);
    this.name = "AuthRefusal";
  }
}

export interface Authenticator {
  /**
   * @param authorization the request's `Authorization` header, or null
   * @throws AuthRefusal when the request may not go on
   * @throws ServiceError `unavailable` when the metadata database or the key server is out of reach
   */
  authenticate(authorization: string | null): Promise<Caller>;
}
