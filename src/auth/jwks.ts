/**
 * The keys of a token issuer, fetched from its JWKS address and kept. jose picks the key out of a
 * set; the fetching is written here, since jose's own remote set has no size limit, no limit on
 * retries after a failure, no injected clock, and stops using keys it knows when a refresh fails.
 */
import { createLocalJWKSet, errors } from "jose";
import type { FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from "jose";
import { type ServiceError, unavailable } from "../errors.ts";
import type { Observer } from "../observe/observation.ts";

export type Fetch = (input: URL, init: RequestInit) => Promise<Response>;

export type KeyOf = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

export interface KeySetOptions {
  readonly uri: URL;
  readonly fetch: Fetch;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  readonly observe: Observer;
}

/** The numbers behind it, all but the last two in milliseconds. */
export const JWKS_LIMITS = {
  /** The least time between two fetches while a set is at hand, however many unknown keys come. */
  cooldownMs: 30_000,
  /** The same while there is none, so that a service which starts before its issuer recovers. */
  retryMs: 1_000,
  /** A set older than this is fetched anew in the background, which is how a revoked key goes. */
  maxAgeMs: 600_000,
  /** How long known keys hold when the key server stays down. */
  maxStaleMs: 86_400_000,
  timeoutMs: 5_000,
  maxBytes: 262_144,
  maxKeys: 100,
} as const;

/**
 * Gives the function that jose asks for a token's key.
 *
 * That function throws ServiceError `unavailable` when the key server is out of reach and the key
 * is not known, and jose's JWKSNoMatchingKey or JWKSMultipleMatchingKeys when the set settles it.
 *
 * @throws TypeError when the address is neither https nor http on loopback
 */
export function makeKeySet(options: KeySetOptions): KeyOf {
  assertSafeAddress(options.uri);
  const keySet = new RemoteKeySet(options);
  return (header, token) => keySet.keyOf(header, token);
}

class RemoteKeySet {
  readonly #options: KeySetOptions;
  #pick: KeyOf | null = null;
  #fetchedAt = -Infinity;
  #attemptedAt = -Infinity;
  #failed = false;
  #pending: Promise<void> | null = null;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  async keyOf(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const age = this.#options.now() - this.#fetchedAt;
    let pick = this.#pick;
    if (pick === null || age > JWKS_LIMITS.maxStaleMs) {
      pick = await this.#refreshed(JWKS_LIMITS.retryMs);
    } else if (age >= JWKS_LIMITS.maxAgeMs && this.#mayFetch(JWKS_LIMITS.cooldownMs)) {
      // Nobody waits for this one; a failure is told by #fetch and the kept keys go on.
      this.#fetch().catch(() => {});
    }
    try {
      return await pick(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (!this.#mayFetch(JWKS_LIMITS.cooldownMs) && !this.#failed) throw error;
      const next = await this.#refreshed(JWKS_LIMITS.cooldownMs);
      return await next(header, token);
    }
  }

  /** A set from now, or from the fetch under way. */
  async #refreshed(cooldownMs: number): Promise<KeyOf> {
    if (!this.#mayFetch(cooldownMs)) throw this.#outOfReach();
    await this.#fetch();
    if (this.#pick === null) throw this.#outOfReach();
    return this.#pick;
  }

  #mayFetch(cooldownMs: number): boolean {
    return this.#pending !== null || this.#options.now() - this.#attemptedAt >= cooldownMs;
  }

  #fetch(): Promise<void> {
    this.#pending ??= this.#fetchOnce().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  async #fetchOnce(): Promise<void> {
    const { now, observe, uri } = this.#options;
    this.#attemptedAt = now();
    try {
      const keys = await download(this.#options);
      const local = createLocalJWKSet(keys);
      this.#pick = (header, token) => local(header, token);
      this.#fetchedAt = this.#attemptedAt;
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      const message = `Cannot fetch the keys of MCP_JWKS_URI from ${uri.host}: ${textOf(error)}`;
      observe({ kind: "notice", level: "warn", message });
      throw this.#outOfReach(error);
    }
  }

  #outOfReach(cause?: unknown): ServiceError {
    return unavailable("The key server that proves access tokens is out of reach.", {
      hint: "Try again in a moment; if it stays, the operator should look at MCP_JWKS_URI.",
      cause,
    });
  }
}

async function download({ uri, fetch }: KeySetOptions): Promise<JSONWebKeySet> {
  const response = await fetch(uri, {
    headers: { accept: "application/json, application/jwk-set+json" },
    // A redirect could lead to a host that the operator never named.
    redirect: "manual",
    signal: AbortSignal.timeout(JWKS_LIMITS.timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`it answered ${response.status}, where 200 is needed`);
  }
  const set: unknown = JSON.parse(await textWithin(response, JWKS_LIMITS.maxBytes));
  if (!isKeySet(set)) throw new Error("its answer is no JSON Web Key Set");
  if (set.keys.length > JWKS_LIMITS.maxKeys) {
    throw new Error(`its set has ${set.keys.length} keys, over ${JWKS_LIMITS.maxKeys}`);
  }
  return set;
}

async function textWithin(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  let text = "";
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`its answer is over ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return typeof value === "object" && value !== null && "keys" in value &&
    Array.isArray(value.keys);
}

function assertSafeAddress(uri: URL): void {
  if (uri.username !== "" || uri.password !== "") {
    throw new TypeError("Cannot use MCP_JWKS_URI: it holds a user name or password, remove them");
  }
  if (uri.protocol === "https:") return;
  const isLoopback = uri.hostname === "localhost" || uri.hostname === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(uri.hostname);
  if (uri.protocol === "http:" && isLoopback) return;
  throw new TypeError(
    `Cannot use MCP_JWKS_URI ${uri.protocol}//${uri.host}: use https, or http on loopback`,
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
