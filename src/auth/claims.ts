/**
 * What a verified token says about its holder: whose it is, which tenant, which scopes, which
 * attributes a rule may read. Pure; a claim of the wrong shape refuses the token, never falls
 * through to another claim.
 */
import { invalidToken } from "./refusal.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** How an account is found. */
export type AccountKey =
  | { readonly by: "username"; readonly value: string }
  | { readonly by: "email"; readonly value: string }
  | { readonly by: "id"; readonly value: number };

/** Longer than any ab_user.username or ab_user.email (320 is the longest an address can be). */
const MAX_NAME_CHARS = 320;

const TENANT = /^[A-Za-z0-9_.:-]{1,64}$/;

/**
 * The account that the token names: by the first of `userClaims` that is present, whatever it
 * holds. `email` matches ab_user.email and the rest ab_user.username.
 *
 * @throws AuthRefusal when none is present, when that one is no plausible name, or when it is an
 *   address that the issuer marks as unverified (OpenID Connect Core 1.0, 5.1), which anyone
 *   could have typed
 */
export function accountKey(claims: Claims, userClaims: readonly string[]): AccountKey {
  const claim = userClaims.find((name) => Object.hasOwn(claims, name));
  if (claim === undefined) {
    throw invalidToken(`the token names no user: it has none of ${userClaims.join(", ")}`);
  }
  const value = claims[claim];
  if (typeof value !== "string" || !isName(value)) {
    throw invalidToken(`the claim ${claim} is not a name of 1 to ${MAX_NAME_CHARS} characters`);
  }
  if (claim !== "email") return { by: "username", value };
  if (Object.hasOwn(claims, "email_verified") && !isTrue(claims.email_verified)) {
    throw invalidToken("the claim email is not verified by the issuer (email_verified)");
  }
  return { by: "email", value };
}

/**
 * The tenant: 1 to 64 of `A-Z a-z 0-9 _ . : -`, or a whole number, which is carried as its digits.
 * Null where the claim is absent.
 *
 * @throws AuthRefusal when the claim is anything else
 */
export function tenantOf(claims: Claims, claim: string): string | null {
  if (!Object.hasOwn(claims, claim)) return null;
  const value = claims[claim];
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === "string" && TENANT.test(text)) return text;
  throw invalidToken(`the claim ${claim} is no tenant: give 1 to 64 of A-Z a-z 0-9 _ . : -`);
}

/**
 * The scopes of `scope` (RFC 8693, 4.2), `scopes` and `scp` together, each a list or a string of
 * words. What is neither grants nothing.
 */
export function scopesOf(claims: Claims): ReadonlySet<string> {
  const scopes = new Set<string>();
  for (const claim of ["scope", "scopes", "scp"]) {
    if (!Object.hasOwn(claims, claim)) continue;
    const value = claims[claim];
    const words: readonly unknown[] = typeof value === "string"
      ? value.split(" ")
      : Array.isArray(value)
      ? value
      : [];
    for (const word of words) if (typeof word === "string" && word !== "") scopes.add(word);
  }
  return scopes;
}

/**
 * Those of the named claims that the token holds as a string, number, boolean or list of these.
 * Any other is left out, so that a rule that reads it finds nothing and fails.
 */
export function attributesOf(
  claims: Claims,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  // Without a prototype, a claim named `__proto__` is a claim like any other.
  const attributes: Record<string, unknown> = Object.create(null);
  for (const name of names) {
    if (!Object.hasOwn(claims, name)) continue;
    const value = claims[name];
    if (isScalar(value)) attributes[name] = value;
    else if (Array.isArray(value) && value.every(isScalar)) {
      attributes[name] = Object.freeze([...value]);
    }
  }
  return Object.freeze(attributes);
}

function isName(value: string): boolean {
  // PostgreSQL takes no NUL, and a lone surrogate would turn into another name on its way there.
  return value.length > 0 && value.length <= MAX_NAME_CHARS &&
    !/\p{Cc}/u.test(value) &&
    value.isWellFormed();
}

/** Some issuers send the word. */
function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
}
