/** The way in of one HTTP request: from its credentials to the caller, or to what refuses it. */
import { type Authenticator, AuthRefusal } from "../auth/authenticate.ts";
import type { Caller } from "../auth/caller.ts";
import { challenge, METADATA_PATHS, protectedResourceMetadata } from "../auth/challenge.ts";
import type { Config } from "../config.ts";

export interface Refused {
  readonly status: 401 | 403;
  /** For the client; says nothing about which users exist. */
  readonly message: string;
  /** For the log; holds no token. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Admitted =
  | { readonly caller: Caller; readonly refused?: undefined }
  | { readonly caller?: undefined; readonly refused: Refused };

export interface Gate {
  /**
   * @param authorization the request's `Authorization` header, or null
   * @param base the service's URL as the client reaches it, without `/mcp`
   * @throws ServiceError `unavailable` when nobody can tell who is asking
   */
  admit(authorization: string | null, base: () => URL): Promise<Admitted>;
  /** The metadata document of RFC 9728 where `path` is one of its places and tokens are required. */
  resourceMetadata(path: string, base: () => URL): object | null;
}

/** @param toolScopes the scopes of all tools, for the metadata document */
export function makeGate(
  auth: Config["auth"],
  authenticator: Authenticator,
  toolScopes: readonly string[],
): Gate {
  return {
    async admit(authorization, base) {
      try {
        return { caller: await authenticator.authenticate(authorization) };
      } catch (thrown) {
        if (!(thrown instanceof AuthRefusal)) throw thrown;
        const { status, description, reason } = thrown;
        const headers = { "WWW-Authenticate": challenge(thrown, auth, base()) };
        return { refused: { status, message: description, reason, headers } };
      }
    },
    resourceMetadata(path, base) {
      if (auth.jwt === null || !METADATA_PATHS.some((known) => known === path)) return null;
      return protectedResourceMetadata(auth, base(), toolScopes);
    },
  };
}
