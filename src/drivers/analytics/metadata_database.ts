/**
 * Superset's metadata database is no analytics database: whoever could query it would read password
 * hashes, connections and the rules themselves. It is told by its address, before and after names
 * are resolved.
 */
import { isIP } from "node:net";
import { unavailable } from "../../errors.ts";
import type { ResolveHost } from "../resolve_host.ts";
import type { DatabaseUri } from "../sqlalchemy_uri.ts";
import type { ServerAddress } from "./engine.ts";

/** @returns whether both are one database, as far as their addresses tell without a look-up */
export function isMetadataDatabase(address: ServerAddress, metadata: DatabaseUri): boolean {
  if (address.kind === "memory") return false;
  if (address.kind === "file") {
    return metadata.dialect === "sqlite" && samePath(address.path, metadata.database);
  }
  const target = serverOf(metadata);
  return target !== null && sameDatabase(address, target) &&
    canonicalHost(address.host) === canonicalHost(target.host);
}

/**
 * The same, with both names resolved.
 * @throws ServiceError `unavailable` that names the reason, when it is
 */
export async function refuseMetadataDatabase(
  name: string,
  address: ServerAddress,
  metadata: DatabaseUri | null,
  resolve: ResolveHost,
): Promise<void> {
  if (metadata === null) return;
  if (isMetadataDatabase(address, metadata)) throw refused(name);
  const target = serverOf(metadata);
  if (address.kind !== "server" || target === null || !sameDatabase(address, target)) return;
  if (await isSameServer(address, target, resolve)) throw refused(name);
}

/**
 * A MySQL server's databases can all be named in one query.
 * @returns the metadata's database where it lies on the server of an address; else null
 */
export async function metadataSchema(
  address: ServerAddress,
  metadata: DatabaseUri | null,
  resolve: ResolveHost,
): Promise<string | null> {
  const target = metadata === null ? null : serverOf(metadata);
  if (target?.family !== "mysql" || address.kind !== "server") return null;
  return await isSameServer(address, target, resolve) ? target.database : null;
}

interface Server {
  readonly family: "postgresql" | "mysql";
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

function sameDatabase(one: Server, other: Server): boolean {
  return samePort(one, other) && one.database === other.database;
}

function samePort(one: Server, other: Server): boolean {
  return one.family === other.family && one.port === other.port;
}

async function isSameServer(one: Server, other: Server, resolve: ResolveHost): Promise<boolean> {
  if (!samePort(one, other)) return false;
  if (canonicalHost(one.host) === canonicalHost(other.host)) return true;
  const [first, second] = await Promise.all([
    resolve(one.host),
    resolve(other.host).catch(() => null),
  ]);
  return second !== null && canonicalHost(first) === canonicalHost(second);
}

function serverOf(uri: DatabaseUri): Server | null {
  const family = uri.dialect.startsWith("postgres")
    ? "postgresql"
    : ["mysql", "mariadb"].includes(uri.dialect)
    ? "mysql"
    : null;
  if (family === null) return null;
  return {
    family,
    host: uri.options.get("host") ?? uri.host ?? "localhost",
    port: Number(uri.options.get("port") ?? uri.port ?? (family === "mysql" ? 3306 : 5432)),
    database: uri.options.get("dbname") ??
      (uri.database || (family === "postgresql" ? uri.username ?? "postgres" : "")),
  };
}

function canonicalHost(host: string): string {
  const name = plainAddress(host.toLowerCase().replace(/^\[|\]$|\.+$/g, ""));
  // A connection to the address that means all of a machine's goes to the machine itself.
  const itself = name === "localhost" || name === "::1" || name === "::" || name === "0.0.0.0" ||
    (isIP(name) === 4 && /^127\./.test(name));
  return itself ? "127.0.0.1" : name;
}

/** One spelling for each address; an IPv4 address within IPv6 (RFC 4291, 2.5.5.2) as that of IPv4. */
function plainAddress(name: string): string {
  if (isIP(name) !== 6 || name.includes("%")) return name;
  const short = new URL(`http://[${name}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const bits = parseInt(mapped[1]!, 16) * 0x10000 + parseInt(mapped[2]!, 16);
  return [24, 16, 8, 0].map((shift) => bits >>> shift & 255).join(".");
}

function samePath(one: string, other: string): boolean {
  return realPath(one) === realPath(other);
}

function realPath(path: string): string {
  const bare = path.replace(/^file:/, "").replace(/\?.*$/, "");
  try {
    return Deno.realPathSync(bare);
  } catch {
    return bare;
  }
}

function refused(name: string) {
  return unavailable(
    `The database '${name}' can't be used: it is Superset's own metadata database.`,
    { hint: "Keep the data to be analysed in another database than Superset's own." },
  );
}
