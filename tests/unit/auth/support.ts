/** What the tests of `src/auth` share: an issuer of tokens, a directory of users, a clock. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type CryptoKey as JoseKey, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { type Config, type JwtConfig, Secret } from "../../../src/config.ts";
import type { Observation } from "../../../src/observe/observation.ts";
import { AuthRefusal } from "../../../src/auth/refusal.ts";
import type { Account, ApiKeyRow, UserDirectory } from "../../../src/auth/user_directory.ts";

export const START = Date.UTC(2026, 10, 24, 12, 0, 0);
export const NOW_SECONDS = START / 1000;
export const AUDIENCE = "superset-mcp";
export const ISSUER = "https://issuer.example/realms/acme";
export const SECRET = "a-secret-of-more-than-thirty-two-bytes-0001";

export interface Clock {
  readonly now: () => number;
  advance(ms: number): void;
}

export function fakeClock(start = START): Clock {
  let time = start;
  return { now: () => time, advance: (ms) => void (time += ms) };
}

/** The claims of a token that holds, over the ones given; undefined takes a claim away. */
export function claims(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { iss: ISSUER, aud: AUDIENCE, sub: "greg_sales", exp: NOW_SECONDS + 300, ...more };
}

export function signWithSecret(
  payload: Record<string, unknown>,
  header: Record<string, unknown> = {},
  secret = SECRET,
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: "HS256", ...header })
    .sign(new TextEncoder().encode(secret));
}

export function signWithKey(
  key: JoseKey,
  payload: Record<string, unknown>,
  header: { alg: string } & Record<string, unknown>,
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader(header).sign(key);
}

/** A token of any header and payload text, signed by HMAC-SHA-256, as jose itself would refuse to. */
export async function signRaw(header: string, payload: string, secret: string): Promise<string> {
  const signed = `${base64url(header)}.${base64url(payload)}`;
  const bytes = new TextEncoder().encode(secret);
  const params = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, params, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
  return `${signed}.${Buffer.from(signature).toString("base64url")}`;
}

export function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

export async function keyPair(alg: string, options: { modulusLength?: number } = {}): Promise<
  { readonly privateKey: JoseKey; readonly publicKey: JoseKey; readonly pem: string }
> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, ...options });
  return { privateKey, publicKey, pem: await exportSPKI(publicKey) };
}

export const HMAC: JwtConfig = {
  algorithm: "HS256",
  key: { kind: "secret", secret: new Secret(SECRET) },
  issuer: ISSUER,
  audience: [AUDIENCE],
};

export function authConfig(more: Partial<Config["auth"]> = {}): Config["auth"] {
  return {
    jwt: HMAC,
    devUsername: null,
    requiredScopes: [],
    userClaims: ["preferred_username", "username", "email", "sub"],
    attributeClaims: [],
    enforceToolScopes: false,
    tenantClaim: "tenant_id",
    rbacEnabled: true,
    ...more,
  };
}

export function account(id: number, username: string, more: Partial<Account> = {}): Account {
  const email = `${username}@acme.example`;
  return {
    user: { id, username, email, firstName: username, lastName: "" },
    active: true,
    roles: [{ id: 4, name: "Gamma" }],
    permissions: [{ method: "can_read", view: "Chart" }],
    ...more,
  };
}

/** A directory over lists that a test may change, which counts how often it is asked. */
export class FakeDirectory implements UserDirectory {
  accounts: Account[];
  apiKeys = new Map<string, ApiKeyRow>();
  lookups = 0;
  keyLookups = 0;
  /** Thrown by every lookup while it is set. */
  failure: Error | null = null;

  constructor(...accounts: Account[]) {
    this.accounts = accounts;
  }
  findByUsername(username: string): Promise<Account | null> {
    return this.#find((found) => found.user.username === username);
  }
  findByEmail(email: string): Promise<Account | null> {
    return this.#find((found) => found.user.email === email);
  }
  findById(id: number): Promise<Account | null> {
    return this.#find((found) => found.user.id === id);
  }
  findApiKey(lookupHash: string): Promise<ApiKeyRow | null> {
    this.keyLookups++;
    if (this.failure !== null) return Promise.reject(this.failure);
    return Promise.resolve(this.apiKeys.get(lookupHash) ?? null);
  }
  #find(matches: (account: Account) => boolean): Promise<Account | null> {
    this.lookups++;
    if (this.failure !== null) return Promise.reject(this.failure);
    return Promise.resolve(this.accounts.find(matches) ?? null);
  }
}

export function collector(): { readonly seen: Observation[]; observe: (o: Observation) => void } {
  const seen: Observation[] = [];
  return { seen, observe: (observation) => void seen.push(observation) };
}

/** The refusal that the work ends in; fails the test where it ends otherwise. */
export async function refusalOf(work: () => unknown): Promise<AuthRefusal> {
  try {
    await work();
  } catch (error) {
    assert(error instanceof AuthRefusal, `expected a refusal, got ${error}`);
    return error;
  }
  return assert.fail("expected a refusal, and it was accepted");
}
