/** From a request's credentials to the caller. */
import { createHash } from "node:crypto";
import { ExpiringMap } from "../cache/expiring.ts";
import type { Config } from "../config.ts";
import { unavailable } from "../errors.ts";
import type { Observer } from "../observe/observation.ts";
import { dataAccess } from "./access.ts";
import { API_KEY_PREFIX, makeApiKeyVerifier } from "./api_key.ts";
import { bearerToken } from "./bearer.ts";
import { type Caller, permissionName } from "./caller.ts";
import { type AccountKey, accountKey, attributesOf, scopesOf, tenantOf } from "./claims.ts";
import type { Fetch } from "./jwks.ts";
import { AuthRefusal, insufficientScope, invalidToken, unknownUser } from "./refusal.ts";
import type { Account, UserDirectory } from "./user_directory.ts";
import { makeTokenVerifier } from "./verify_token.ts";

export { AuthRefusal };

/**
 * What is remembered about callers, so that a call need not prove and look up the same again: a
 * token that held (by its SHA-256 digest, never itself, and never beyond its end) and an account
 * with its roles and permissions. A change in Superset, such as a role taken away, a user switched
 * off or a key revoked, takes effect within `ttlMs`. Refusals are not remembered.
 */
export const AUTH_CACHE_LIMITS = { ttlMs: 5_000, tokens: 5_000, accounts: 500 } as const;

export interface Authenticator {
  /**
   * @param authorization the request's `Authorization` header, or null
   * @throws AuthRefusal when the request may not go on
   * @throws ServiceError `unavailable` when the metadata database or the key server is out of
   *   reach, or when MCP_DEV_USERNAME names nobody
   */
  authenticate(authorization: string | null): Promise<Caller>;
}

export interface AuthenticatorParts {
  readonly config: Pick<Config, "auth" | "secretKey">;
  readonly users: UserDirectory;
  readonly observe: Observer;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  readonly fetch?: Fetch;
}

/** What a proved token or key says, before its account is looked up. */
interface Credential extends Pick<Caller, "source" | "tenant" | "scopes" | "attributes"> {
  readonly account: AccountKey;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

type AccountView = Pick<Caller, "user" | "roles" | "permissions" | "access">;

type Prove = (token: string, digest: string) => Promise<Credential>;

const NO_ATTRIBUTES: Caller["attributes"] = Object.freeze({});

/**
 * Makes the one way in. Keys in the settings are read now; a key server is asked with the first
 * token, so that a service may start before it.
 *
 * @throws TypeError when nobody could be let in, or a key can't be used
 */
export async function makeAuthenticator(parts: AuthenticatorParts): Promise<Authenticator> {
  const { jwt, devUsername } = parts.config.auth;
  if (jwt !== null && devUsername !== null) {
    throw new TypeError("Cannot use MCP_DEV_USERNAME together with MCP_AUTH_ENABLED: unset one");
  }
  const findAccount = makeAccountFinder(parts);
  if (devUsername !== null) return devAuthenticator(devUsername, findAccount);
  const prove = await makeProof(parts);
  const { requiredScopes } = parts.config.auth;
  const tokens = new ExpiringMap<Credential>({
    maxEntries: AUTH_CACHE_LIMITS.tokens,
    now: parts.now,
  });
  const lifetime = (credential: Credential): number =>
    Math.min(AUTH_CACHE_LIMITS.ttlMs, credential.expiresAt - parts.now());

  return {
    authenticate: async (authorization) => {
      const token = bearerToken(authorization);
      const digest = createHash("sha256").update(token).digest("base64");
      const credential = await tokens.get(digest, lifetime, () => prove(token, digest));
      const missing = requiredScopes.filter((scope) => !credential.scopes.has(scope));
      if (missing.length > 0) throw insufficientScope(missing);
      const { user, roles, permissions, access } = await findAccount(credential.account);
      const { tenant, scopes, attributes, source } = credential;
      return { user, roles, permissions, access, tenant, scopes, attributes, source };
    },
  };
}

function devAuthenticator(
  username: string,
  findAccount: (key: AccountKey) => Promise<AccountView>,
): Authenticator {
  const scopes: ReadonlySet<string> = new Set();
  return {
    authenticate: async () => {
      let account: AccountView;
      try {
        account = await findAccount({ by: "username", value: username });
      } catch (error) {
        if (!(error instanceof AuthRefusal)) throw error;
        throw unavailable(
          `MCP_DEV_USERNAME is '${username}', and Superset has no active user of that name.`,
          { hint: "Set MCP_DEV_USERNAME to the username of an active Superset user." },
        );
      }
      return { ...account, tenant: null, scopes, attributes: NO_ATTRIBUTES, source: "dev_user" };
    },
  };
}

async function makeProof(parts: AuthenticatorParts): Promise<Prove> {
  const { config, users, now, observe, fetch = globalThis.fetch } = parts;
  const { jwt, userClaims, attributeClaims, tenantClaim } = config.auth;
  if (jwt === null) {
    throw new TypeError(
      "Cannot authenticate anyone: set MCP_AUTH_ENABLED=true, or MCP_DEV_USERNAME for one person",
    );
  }
  const verifyToken = await makeTokenVerifier({ jwt, now, observe, fetch });
  const verifyKey = config.secretKey === null
    ? null
    : makeApiKeyVerifier({ users, secretKey: config.secretKey.reveal(), now });

  return async (token, digest) => {
    if (token.startsWith(API_KEY_PREFIX)) {
      if (verifyKey === null) {
        throw invalidToken("API keys can't be checked, since SUPERSET_SECRET_KEY is not set");
      }
      const { userId, scopes, expiresAt } = await verifyKey(token, digest);
      const account: AccountKey = { by: "id", value: userId };
      const attributes = NO_ATTRIBUTES;
      return { account, tenant: null, scopes, attributes, source: "api_key", expiresAt };
    }
    const { claims, expiresAt } = await verifyToken(token);
    return {
      account: accountKey(claims, userClaims),
      tenant: tenantOf(claims, tenantClaim),
      scopes: scopesOf(claims),
      attributes: attributesOf(claims, attributeClaims),
      source: "token",
      expiresAt,
    };
  };
}

function makeAccountFinder(
  { users, now }: AuthenticatorParts,
): (key: AccountKey) => Promise<AccountView> {
  const accounts = new ExpiringMap<AccountView>({ maxEntries: AUTH_CACHE_LIMITS.accounts, now });
  return (key) =>
    accounts.get(`${key.by}:${key.value}`, AUTH_CACHE_LIMITS.ttlMs, async () => {
      const account = await find(users, key);
      const name = `${key.by} ${JSON.stringify(key.value)}`;
      if (account === null || !isNamed(account, key)) {
        throw unknownUser(`no user has the ${name}`);
      }
      if (!account.active) throw unknownUser(`the user of the ${name} is switched off`);
      return viewOf(account);
    });
}

function find(users: UserDirectory, key: AccountKey): Promise<Account | null> {
  switch (key.by) {
    case "username":
      return users.findByUsername(key.value);
    case "email":
      return users.findByEmail(key.value);
    case "id":
      return users.findById(key.value);
  }
}

/** A database whose collation ignores case, accents or trailing spaces finds other people, too. */
function isNamed({ user }: Account, key: AccountKey): boolean {
  return user[key.by] === key.value;
}

function viewOf({ user, roles, permissions }: Account): AccountView {
  return {
    user,
    roles,
    permissions: new Set(permissions.map((p) => permissionName(p.method, p.view))),
    access: dataAccess(roles, permissions),
  };
}
