/** Are the keys of bearer tokens usable, and is their server there? */
import type { JwtConfig } from "../config.ts";
import { fault, type Finding, ok, warn } from "./finding.ts";

export type FetchKeys = (url: URL, init: RequestInit) => Promise<Response>;

const TIMEOUT_MS = 5000;

export async function* checkKeys(
  jwt: JwtConfig | null,
  parts: { readonly readKeys: () => Promise<unknown>; readonly fetch: FetchKeys },
): AsyncGenerator<Finding> {
  if (jwt === null) {
    yield warn("No token is asked for: every call runs as MCP_DEV_USERNAME.");
    return;
  }
  try {
    await parts.readKeys();
    yield ok(`Tokens are checked with ${jwt.algorithm}.`);
  } catch {
    yield fault(
      `The key for ${jwt.algorithm} can't be used.`,
      "Set MCP_JWT_PUBLIC_KEY to a public key (SPKI, PEM) of the kind that MCP_JWT_ALGORITHM needs.",
    );
  }
  if (jwt.issuer === null) {
    yield warn("Any issuer's tokens are accepted, if the key fits.", "Set MCP_JWT_ISSUER.");
  }
  if (jwt.key.kind === "jwks") yield await checkKeyServer(jwt.key.uri, parts.fetch);
}

async function checkKeyServer(uri: URL, fetch: FetchKeys): Promise<Finding> {
  const advice = "See that MCP_JWKS_URI is right and that this machine can reach it.";
  try {
    const response = await fetch(uri, {
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = response.ok ? await response.json() : null;
    await response.body?.cancel().catch(() => {});
    if (!response.ok) return fault(`${uri.href} answers ${response.status}.`, advice);
    const keys = typeof body === "object" && body !== null && "keys" in body ? body.keys : null;
    if (!Array.isArray(keys)) return fault(`${uri.href} gives no key set.`, advice);
    return keys.length > 0
      ? ok(`${uri.href} gives ${keys.length} key(s).`)
      : fault(`${uri.href} gives an empty key set.`, advice);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.name : "unknown";
    return fault(`${uri.href} can't be fetched (${why}).`, advice);
  }
}
