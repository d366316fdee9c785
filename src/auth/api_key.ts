/**
 * API keys that people make for themselves in Superset (table ab_api_key; Flask-AppBuilder 5.2,
 * security/sqla/manager.py, `validate_api_key`).
 */
import { createHash, scryptSync } from "node:crypto";
import { ExpiringMap } from "../cache/expiring.ts";
import { unavailable } from "../errors.ts";
import { invalidToken } from "./refusal.ts";
import type { ApiKeyRow, UserDirectory } from "./user_directory.ts";
import { matchesWerkzeugHash } from "./werkzeug_hash.ts";

/** FAB_API_KEY_PREFIXES as it ships. No JSON Web Token begins so, since theirs begin with `{`. */
export const API_KEY_PREFIX = "sst_";

/** Flask-AppBuilder's own are 47 characters long. */
const MAX_KEY_CHARS = 512;

/**
 * That a key made a hash stays true for ever, so it is remembered longer than anything about the
 * account: the key's row, and with it revocation, is read anew each time. At most so many proofs
 * are kept, so many milliseconds, and so many hashes are computed or waited for at once.
 */
export const API_KEY_LIMITS = {
  proofs: 1_000,
  proofTtlMs: 600_000,
  running: 2,
  waiting: 100,
} as const;

export interface VerifiedApiKey {
  readonly userId: number;
  readonly scopes: ReadonlySet<string>;
  /** Milliseconds since 1970; infinite where the key has no end. */
  readonly expiresAt: number;
}

export interface ApiKeyParts {
  readonly users: Pick<UserDirectory, "findApiKey">;
  /** Superset's SECRET_KEY. */
  readonly secretKey: string;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Makes the check. It takes the key and a digest of it, under which a proof is remembered.
 *
 * A made-up key costs one indexed lookup and never reaches the slow hash: the lookup hash is keyed
 * by SECRET_KEY, and only a key that someone really made has a row under it.
 *
 * The check throws AuthRefusal 401 when the key does not hold, ServiceError `unavailable` when the
 * database is out of reach or too many keys are being proved.
 */
export function makeApiKeyVerifier(
  { users, secretKey, now }: ApiKeyParts,
): (key: string, digest: string) => Promise<VerifiedApiKey> {
  const proofs = new ExpiringMap<true>({ maxEntries: API_KEY_LIMITS.proofs, now });
  const withinLimit = makeLimit();
  return async (key, digest) => {
    if (key.length > MAX_KEY_CHARS) throw invalidToken("the API key is too long to be one");
    const row = await users.findApiKey(lookupHash(key, secretKey));
    if (row === null) {
      throw invalidToken("the API key is not known, or SUPERSET_SECRET_KEY differs");
    }
    const expiresAt = assertUsable(row, now());
    await proofs.get(
      proofKey(digest, row.keyHash),
      API_KEY_LIMITS.proofTtlMs,
      () => withinLimit(() => prove(row.keyHash, key)),
    );
    return { userId: row.userId, scopes: keyScopes(row.scopes), expiresAt };
  };
}

/** ab_api_key.lookup_hash of a key (`_compute_lookup_hash`). */
export function lookupHash(key: string, secretKey: string): string {
  return scryptSync(key, secretKey, 32, { N: 2, r: 1, p: 1 }).toString("hex");
}

/**
 * The words of ab_api_key.scopes, which its makers separate by commas. Flask-AppBuilder stores
 * them and does nothing with them; here they count like a token's.
 */
export function keyScopes(scopes: string | null): ReadonlySet<string> {
  return new Set((scopes ?? "").split(/[\s,]+/).filter((word) => word !== ""));
}

/** Of digests only, so that neither the key nor its hash lies in the cache. */
function proofKey(digest: string, keyHash: string): string {
  return createHash("sha256").update(`${digest}$${keyHash}`).digest("base64");
}

/** `ApiKey.is_active`. @returns when the key ends, in milliseconds since 1970 */
function assertUsable(row: ApiKeyRow, nowMs: number): number {
  if (!row.active) throw invalidToken("the API key is switched off");
  if (row.revoked) throw invalidToken("the API key is revoked");
  if (row.expiresOnWallMs === null) return Infinity;
  // Superset compares with `datetime.now()`: the wall clock of its host, and so of this one.
  const expiresAt = row.expiresOnWallMs + new Date(nowMs).getTimezoneOffset() * 60_000;
  // Not a date at all is an end, too.
  if (!(nowMs <= expiresAt)) throw invalidToken("the API key has expired");
  return expiresAt;
}

async function prove(keyHash: string, key: string): Promise<true> {
  let matches: boolean;
  try {
    matches = await matchesWerkzeugHash(keyHash, key);
  } catch (error) {
    throw invalidToken(error instanceof Error ? error.message : "the API key can't be checked");
  }
  if (matches) return true;
  throw invalidToken("the API key is found by its lookup hash, and its key hash does not match");
}

/** Runs a few at a time and lets a bounded number wait. */
function makeLimit(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= API_KEY_LIMITS.running) {
      if (waiting.length >= API_KEY_LIMITS.waiting) {
        throw unavailable("Too many API keys are being checked at this moment.", {
          hint: "Try again in a second.",
        });
      }
      // Whoever ends hands its place over, so that `running` never counts one too few.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
