/**
 * Checks a text against a hash as Werkzeug's `generate_password_hash` writes it, which is how
 * Flask-AppBuilder keeps API keys: `scrypt:N:r:p$salt$hex` and `pbkdf2:sha256:iterations$salt$hex`.
 */
import { Buffer } from "node:buffer";
import { pbkdf2, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** The most work one check may cost, whatever the stored hash asks for. */
export const HASH_LIMITS = { scryptBytes: 134_217_728, scryptP: 4, iterations: 2_000_000 } as const;

const derivePbkdf2 = promisify(pbkdf2);

/**
 * True if the hash was made of the text. The work is done off the event loop, and takes about a
 * tenth of a second by Werkzeug's defaults.
 *
 * @throws RangeError when the hash is of another method, malformed, or asks for more work than
 *   `HASH_LIMITS` allows; the message holds no part of the hash but its method
 */
export async function matchesWerkzeugHash(hash: string, text: string): Promise<boolean> {
  const [method = "", salt = "", hex = "", ...rest] = hash.split("$");
  if (salt === "" || rest.length > 0 || !/^([0-9a-f]{2}){20,64}$/.test(hex)) {
    throw new RangeError("Cannot check a key hash: it is not of the form method$salt$hex");
  }
  const expected = Buffer.from(hex, "hex");
  const derived = await derive(method.split(":"), text, salt, expected.length);
  return timingSafeEqual(derived, expected);
}

function derive(
  [name, ...params]: readonly string[],
  text: string,
  salt: string,
  length: number,
): Promise<Uint8Array> {
  if (name === "scrypt") return deriveScrypt(params.map(Number), text, salt, length);
  const [digest, count] = params;
  const iterations = Number(count);
  if (name === "pbkdf2" && (digest === "sha256" || digest === "sha512") && params.length === 2) {
    if (!(Number.isInteger(iterations) && iterations >= 1)) throw malformed(name);
    if (iterations > HASH_LIMITS.iterations) throw tooCostly(name);
    return derivePbkdf2(text, salt, iterations, length, digest);
  }
  throw new RangeError(
    `Cannot check a key hash of method '${name}': scrypt and pbkdf2 with SHA-256 or SHA-512 are known`,
  );
}

function deriveScrypt(
  params: readonly number[],
  text: string,
  salt: string,
  length: number,
): Promise<Uint8Array> {
  const [N = 0, r = 0, p = 0] = params;
  const isPowerOfTwo = Number.isInteger(Math.log2(N)) && N >= 2;
  if (params.length !== 3 || !isPowerOfTwo || !(r >= 1) || !(p >= 1)) throw malformed("scrypt");
  const bytes = 128 * N * r;
  if (bytes > HASH_LIMITS.scryptBytes || p > HASH_LIMITS.scryptP) throw tooCostly("scrypt");
  const maxmem = bytes * 2;
  return new Promise((resolve, reject) =>
    scrypt(
      text,
      salt,
      length,
      { N, r, p, maxmem },
      (error, key) => error === null ? resolve(key) : reject(error),
    )
  );
}

function malformed(method: string): RangeError {
  return new RangeError(`Cannot check a key hash: its ${method} parameters are malformed`);
}

function tooCostly(method: string): RangeError {
  return new RangeError(`Cannot check a key hash: its ${method} parameters ask for too much work`);
}
