/** Bearer tokens for tests, and the settings of a service that takes them. */
import { SignJWT } from "jose";

const SECRET = "a-secret-that-tests-sign-with-0123456789";
const AUDIENCE = "superset-mcp";

export const TOKEN_SETTINGS = {
  MCP_AUTH_ENABLED: "true",
  MCP_JWT_ALGORITHM: "HS256",
  MCP_JWT_SECRET: SECRET,
  MCP_JWT_AUDIENCE: AUDIENCE,
} as const;

/** A token of the user, good for an hour. @param scope words */
export function tokenOf(username: string, scope?: string): Promise<string> {
  return new SignJWT({ preferred_username: username, ...(scope === undefined ? {} : { scope }) })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
}
