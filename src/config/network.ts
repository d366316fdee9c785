/** Names and addresses as settings and request headers spell them. */

/** True for `localhost` and the loopback addresses of both families. */
export function isLoopback(host: string): boolean {
  const name = bareHost(host);
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** A host in lower case, without the brackets of IPv6 and the dot of a root-anchored name. */
export function bareHost(host: string): string {
  return host.trim().toLowerCase().replace(/^\[(.*)\]$/, "$1").replace(/(?<=[a-z0-9])\.$/, "");
}

export interface HostAndPort {
  /** As `bareHost` gives it; IPv6 in its shortest spelling. */
  readonly host: string;
  readonly port: number | null;
}

/**
 * Reads `name`, `name:port`, `1.2.3.4:port`, `[::1]:port` or a bare IPv6 address.
 * @returns null for anything else
 */
export function parseHost(text: string): HostAndPort | null {
  const value = text.trim();
  const bare = /^[0-9a-f:.]+$/i.test(value) && value.split(":").length > 2;
  const authority = bare ? `[${value}]` : value;
  if (!/^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?$/i.test(authority)) return null;
  // The URL parser knows every spelling of an IPv6 address and makes one of them. It drops the
  // port 80 of http, so the port is read from the text.
  if (!URL.canParse(`http://${authority}/`)) return null;
  const host = bareHost(new URL(`http://${authority}/`).hostname);
  const port = /:(\d{1,5})$/.exec(authority.replace(/^\[.*?\]/, ""))?.[1];
  return { host, port: port === undefined ? null : Number(port) };
}
