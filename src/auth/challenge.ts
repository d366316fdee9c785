/**
 * How a refused client learns where to get a token: the `WWW-Authenticate` value (RFC 6750, 3;
 * RFC 9728, 5.1) and the protected-resource metadata document (RFC 9728, 2).
 */
import type { Config } from "../config.ts";
import type { AuthRefusal } from "./refusal.ts";

/** Where the metadata document is served; the second is where RFC 9728, 3.1 puts it for `/mcp`. */
export const METADATA_PATHS = [
  "/.well-known/oauth-protected-resource",
  "/.well-known/oauth-protected-resource/mcp",
] as const;

/** The document itself. */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers?: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly bearer_methods_supported: readonly ["header"];
  readonly resource_name: string;
}

/**
 * @param publicUrl the service's base as clients reach it, without `/mcp`
 * @param scopes the tools' own scopes, named where MCP_ENFORCE_TOOL_SCOPES is on
 */
export function protectedResourceMetadata(
  auth: Pick<Config["auth"], "jwt" | "requiredScopes" | "enforceToolScopes">,
  publicUrl: URL,
  toolScopes: readonly string[] = [],
): ProtectedResourceMetadata {
  const issuer = auth.jwt?.issuer ?? null;
  const scopes = [
    ...new Set([...auth.requiredScopes, ...(auth.enforceToolScopes ? toolScopes : [])]),
  ];
  return {
    resource: base(publicUrl) + "/mcp",
    ...(issuer !== null && isWebAddress(issuer) ? { authorization_servers: [issuer] } : {}),
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
    bearer_methods_supported: ["header"],
    resource_name: "Superset",
  };
}

/**
 * The `WWW-Authenticate` value of a refusal. Without credentials there is no error code, as
 * RFC 6750, 3.1 asks; the required scopes are named in every case, so that a client can ask its
 * issuer for them at once.
 */
export function challenge(
  refusal: Pick<AuthRefusal, "code" | "description">,
  auth: Pick<Config["auth"], "requiredScopes">,
  publicUrl: URL,
): string {
  const params: (readonly [string, string])[] = [];
  if (refusal.code !== null) {
    params.push(["error", refusal.code], ["error_description", refusal.description]);
  }
  if (auth.requiredScopes.length > 0) params.push(["scope", auth.requiredScopes.join(" ")]);
  params.push(["resource_metadata", base(publicUrl) + METADATA_PATHS[0]]);
  return "Bearer " + params.map(([name, value]) => `${name}="${quotable(value)}"`).join(", ");
}

function base(url: URL): string {
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:");
}

/** RFC 6750, 3 allows printable ASCII without the quote and the backslash. */
function quotable(value: string): string {
  return value.replace(/[^\x20-\x7e]|["\\]/g, "'");
}
