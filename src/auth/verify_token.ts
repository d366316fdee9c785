/**
 * Proves a JSON Web Token: signature by the one configured algorithm and key, audience, issuer and
 * time (RFC 7519, RFC 8725, RFC 9068). What its claims mean is for claims.ts.
 */
import {
  decodeProtectedHeader,
  errors,
  importSPKI,
  importX509,
  type JWSHeaderParameters,
  jwtVerify,
} from "jose";
import type { JwtConfig, Secret } from "../config.ts";
import { ServiceError } from "../errors.ts";
import type { Observer } from "../observe/observation.ts";
import type { Claims } from "./claims.ts";
import { type Fetch, type KeyOf, makeKeySet } from "./jwks.ts";
import { AuthRefusal, invalidToken } from "./refusal.ts";

/** The largest token looked at, in characters. */
export const MAX_TOKEN_CHARS = 16_384;

/** How far an issuer's clock may be ahead for `nbf`; `exp` gets nothing. */
export const NOT_BEFORE_TOLERANCE_SECONDS = 5;

export interface VerifiedToken {
  readonly claims: Claims;
  /** The token's `exp`, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * @throws AuthRefusal 401 when the token does not hold
 * @throws ServiceError `unavailable` when the key server is needed and out of reach
 */
export type TokenVerifier = (token: string) => Promise<VerifiedToken>;

export interface VerifierParts {
  readonly jwt: JwtConfig;
  readonly observe: Observer;
  readonly fetch: Fetch;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Makes the check, with its key read and examined; a JWKS address is asked when the first token
 * comes.
 *
 * @throws TypeError when the key does not fit the algorithm or is too weak
 */
export async function makeTokenVerifier(parts: VerifierParts): Promise<TokenVerifier> {
  const { jwt, now } = parts;
  if (jwt.audience.length === 0) {
    throw new TypeError("Cannot check tokens: MCP_JWT_AUDIENCE names no audience");
  }
  const keyOf = await makeKeyOf(parts);
  const options = {
    algorithms: [jwt.algorithm],
    audience: [...jwt.audience],
    issuer: jwt.issuer ?? undefined,
    requiredClaims: ["exp"],
    clockTolerance: NOT_BEFORE_TOLERANCE_SECONDS,
  };
  return async (token) => {
    assertHeader(token, jwt.algorithm);
    const currentDate = new Date(now());
    try {
      const { payload } = await jwtVerify(token, keyOf, { ...options, currentDate });
      return { claims: payload, expiresAt: expiry(payload.exp, currentDate.getTime()) };
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

/** What can be refused without any cryptography, and before a key server is asked. */
function assertHeader(token: string, algorithm: string): void {
  if (token.length > MAX_TOKEN_CHARS) {
    throw invalidToken(`the token is over ${MAX_TOKEN_CHARS} characters`);
  }
  let header: JWSHeaderParameters;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    throw invalidToken("the token is no JSON Web Token");
  }
  if (header.alg !== algorithm) {
    throw invalidToken(`the token's alg is not ${algorithm} (MCP_JWT_ALGORITHM)`);
  }
  // RFC 7515, 4.1.11: an extension that must be understood; this service understands none.
  if (Object.hasOwn(header, "crit")) throw invalidToken("the token's header holds crit");
  if (!isAccessTokenType(header.typ)) {
    throw invalidToken("the token's typ is neither JWT nor at+jwt");
  }
  const kid: unknown = header.kid;
  if (kid !== undefined && (typeof kid !== "string" || kid.length > 256)) {
    throw invalidToken("the token's kid is not a string of at most 256 characters");
  }
}

/** RFC 7519, 5.1 and RFC 9068, 2.1; without regard to case, the prefix may be left out. */
function isAccessTokenType(typ: unknown): boolean {
  if (typ === undefined) return true;
  return typeof typ === "string" && /^(application\/)?(at\+)?jwt$/i.test(typ);
}

function expiry(exp: unknown, nowMs: number): number {
  // JSON's 1e999 is Infinity, a token that never ends.
  if (typeof exp !== "number" || !Number.isFinite(exp)) {
    throw invalidToken("the token's exp is not a finite number");
  }
  if (exp * 1000 <= nowMs) throw expired();
  return exp * 1000;
}

/** jose's messages name claims, never their values. */
function refusalOf(error: unknown): AuthRefusal | ServiceError {
  if (error instanceof ServiceError || error instanceof AuthRefusal) return error;
  if (error instanceof errors.JWTExpired) return expired();
  if (error instanceof errors.JOSEError) return invalidToken(`${error.code}: ${error.message}`);
  return invalidToken(`the token can't be checked: ${error instanceof Error ? error.name : "?"}`);
}

function expired(): AuthRefusal {
  return invalidToken("the token has expired", "The access token has expired.");
}

async function makeKeyOf({ jwt, observe, fetch, now }: VerifierParts): Promise<KeyOf> {
  const { algorithm, key } = jwt;
  const isHmac = algorithm.startsWith("HS");
  if (isHmac !== (key.kind === "secret")) {
    throw new TypeError(
      `Cannot check ${algorithm} tokens by a ${key.kind} key: ` +
        (isHmac ? "set MCP_JWT_SECRET" : "set MCP_JWT_PUBLIC_KEY or MCP_JWKS_URI"),
    );
  }
  if (key.kind === "jwks") return makeKeySet({ uri: key.uri, fetch, now, observe });
  const one = key.kind === "secret"
    ? await hmacKey(algorithm, key.secret, observe)
    : await publicKey(algorithm, key.pem);
  return () => Promise.resolve(one);
}

async function hmacKey(algorithm: string, secret: Secret, observe: Observer): Promise<CryptoKey> {
  const text = secret.reveal();
  if (text === "" || text.includes("-----BEGIN ")) {
    // A public key's text as a secret is one that everybody knows.
    throw new TypeError(`Cannot check ${algorithm} tokens: MCP_JWT_SECRET is empty or a PEM key`);
  }
  const bytes = new TextEncoder().encode(text);
  const bits = Number(algorithm.slice(2));
  if (bytes.length * 8 < bits) {
    observe({
      kind: "notice",
      level: "warn",
      message: `MCP_JWT_SECRET is shorter than ${bits / 8} bytes, which RFC 7518 (3.2) asks of ` +
        `${algorithm}: it can be guessed from one token`,
    });
  }
  const params = { name: "HMAC", hash: `SHA-${bits}` };
  return await crypto.subtle.importKey("raw", bytes, params, false, ["verify"]);
}

async function publicKey(algorithm: string, text: string): Promise<CryptoKey> {
  // An environment file often holds the line ends as the two characters \n.
  const pem = text.replaceAll("\\n", "\n").trim();
  const read = pem.startsWith("-----BEGIN CERTIFICATE-----") ? importX509 : importSPKI;
  let key: CryptoKey;
  try {
    key = await read(pem, algorithm);
  } catch (cause) {
    throw new TypeError(
      `Cannot read MCP_JWT_PUBLIC_KEY as a key of ${algorithm}: give a PEM block of type ` +
        "PUBLIC KEY or CERTIFICATE that fits the algorithm",
      { cause },
    );
  }
  const modulusLength = "modulusLength" in key.algorithm
    ? Number(key.algorithm.modulusLength)
    : null;
  if (modulusLength !== null && modulusLength < 2048) {
    throw new TypeError(
      `Cannot use MCP_JWT_PUBLIC_KEY: its RSA key has ${modulusLength} bits, use 2048 or more`,
    );
  }
  return key;
}
