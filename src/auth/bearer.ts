/** Takes the token out of an `Authorization` header (RFC 9110, 11.4; RFC 6750, 2.1). */
import { invalidToken, noToken } from "./refusal.ts";
import { MAX_TOKEN_CHARS } from "./verify_token.ts";

const SCHEME = /^bearer(?: +|$)/i;
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The bearer token of a header's value.
 *
 * @throws AuthRefusal 401, without an error code where there is no bearer token at all, and
 *   `invalid_token` where there is one that can't be
 */
export function bearerToken(authorization: string | null): string {
  if (authorization === null) throw noToken("no Authorization header");
  const value = authorization.trim();
  const scheme = SCHEME.exec(value);
  if (scheme === null) throw noToken("the Authorization header is not of the scheme Bearer");
  const token = value.slice(scheme[0].length);
  if (token === "") throw noToken("the Authorization header holds no token");
  if (token.length > MAX_TOKEN_CHARS) {
    throw invalidToken(`the token is over ${MAX_TOKEN_CHARS} characters`);
  }
  // Two headers arrive joined by a comma, which no token holds: neither is believed.
  if (!TOKEN.test(token)) throw invalidToken("the token holds characters that none may hold");
  return token;
}
