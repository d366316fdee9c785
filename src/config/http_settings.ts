/** Where the service listens, and what requests may say of where they go and come from. */
import type { Config } from "../config.ts";
import type { Flags } from "./load.ts";
import { isLoopback, parseHost } from "./network.ts";
import { type SettingReader, shown } from "./reader.ts";

const PORTS = { min: 0, max: 65535 };
const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1"];

export function readHttp(reader: SettingReader, flags: Flags): Config["http"] {
  const host = readBindAddress(reader, flags.host);
  const port = readPort(reader, flags.port);
  const publicUrl = readPublicUrl(reader);
  const usual = [host, ...LOOPBACK_NAMES, ...(publicUrl ? [publicUrl.host] : [])];
  const allowedHosts = reader.list(
    "MCP_ALLOWED_HOSTS",
    [...new Set(usual)],
    (item) => parseHost(item) ? null : "a host name or an address, with or without a port",
  );
  const allowedOrigins = reader.list(
    "MCP_ALLOWED_ORIGINS",
    [],
    (item) => isOrigin(item) ? null : "an origin such as https://chat.example.com, without a path",
  );
  return {
    host,
    port,
    allowedHosts,
    allowedOrigins: allowedOrigins.map((origin) => new URL(origin).origin),
    publicUrl,
  };
}

/** What a bind address that others can reach needs, where everybody is one configured user. */
export function refuseOpenDevUser(reader: SettingReader, http: Config["http"]): void {
  const anywhere = reader.flag("MCP_DEV_USERNAME_ANYWHERE", false);
  if (anywhere || isLoopback(http.host) || reader.isBroken("MCP_SERVICE_HOST")) return;
  if (reader.isBroken("MCP_DEV_USERNAME_ANYWHERE")) return;
  reader.refuse(
    "MCP_SERVICE_HOST",
    `${shown(http.host)} can be reached by others, who would all be one user without a token; ` +
      "valid: a loopback address, or MCP_AUTH_ENABLED=true, or MCP_DEV_USERNAME_ANYWHERE=true",
  );
}

function readBindAddress(reader: SettingReader, flag: string | undefined): string {
  const text = flag ?? reader.text("MCP_SERVICE_HOST") ?? "127.0.0.1";
  const parsed = parseHost(text);
  if (parsed && parsed.port === null) return parsed.host;
  reader.refuse(
    "MCP_SERVICE_HOST",
    `${flag === undefined ? "" : "(--host) "}${shown(text)} is no address; ` +
      "valid: an IP address or a host name, without a port",
  );
  return "127.0.0.1";
}

function readPort(reader: SettingReader, flag: string | undefined): number {
  const configured = reader.whole("MCP_SERVICE_PORT", PORTS, 5008);
  if (flag === undefined) return configured;
  if (/^\d{1,5}$/.test(flag) && Number(flag) <= PORTS.max) return Number(flag);
  reader.refuse(
    "MCP_SERVICE_PORT",
    `(--port) ${shown(flag)} can't be used; valid: a whole number from 0 to 65535`,
  );
  return configured;
}

function readPublicUrl(reader: SettingReader): URL | null {
  const url = reader.url("MCP_PUBLIC_URL", ["https:", "http:"]);
  // The endpoint's own URL is a natural thing to write here, and means the same service.
  if (url) url.pathname = url.pathname.replace(/\/mcp\/?$/, "/");
  return url;
}

function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^/\s]+$/i.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}
