/**
 * What a request may say of where it goes and where it comes from. A browser that was lured onto a
 * name which resolves to this machine (DNS rebinding) shows in `Host`; a foreign page in `Origin`.
 */
import type { Config } from "../config.ts";
import { bareHost, type HostAndPort, parseHost } from "../config/network.ts";
import { Refusal } from "./answers.ts";

export interface Guard {
  /**
   * @returns the `Origin` to which CORS headers may be given, or null
   * @throws Refusal 403
   */
  check(request: Request): string | null;
}

export function makeGuard(http: Pick<Config["http"], "allowedHosts" | "allowedOrigins">): Guard {
  const hosts = http.allowedHosts.flatMap((text) => parseHost(text) ?? []);
  const origins = new Set(http.allowedOrigins);
  // Clients say the same Host again and again; what it means is worked out once.
  const seen = new Map<string, HostAndPort | null>();

  function allowedHost(text: string): HostAndPort | null {
    const known = seen.get(text);
    if (known !== undefined) return known;
    const parsed = parseHost(text);
    const allowed = parsed !== null &&
      hosts.some(({ host, port }) => host === parsed.host && (port ?? parsed.port) === parsed.port);
    const result = allowed ? parsed : null;
    if (seen.size < 100) seen.set(text, result);
    return result;
  }

  return {
    check(request) {
      const text = request.headers.get("host") ?? new URL(request.url).host;
      const host = allowedHost(text);
      if (host === null) {
        throw new Refusal(403, "This Host is not served here (see MCP_ALLOWED_HOSTS).");
      }
      const origin = request.headers.get("origin");
      if (origin === null) return null;
      if (origins.has(origin)) return origin;
      if (isSame(origin, host)) return null;
      throw new Refusal(403, "This Origin may not call this service (see MCP_ALLOWED_ORIGINS).");
    },
  };
}

/**
 * A page that this very address served. Its scheme does not count: behind a proxy that ends TLS the
 * page came by https and the request by http.
 */
function isSame(origin: string, host: HostAndPort): boolean {
  const url = URL.parse(origin);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  const usual = url.protocol === "https:" ? 443 : 80;
  const port = url.port === "" ? usual : Number(url.port);
  return bareHost(url.hostname) === host.host && port === (host.port ?? usual);
}
