/**
 * Says which servers the drivers may connect to. A connection's address comes from a row of `dbs`
 * that many people may write, so the addresses behind which a cloud hands out a machine's
 * credentials are refused here, beside and beyond `--deny-net`: Deno knows no IPv6 range, checks
 * a name before it is resolved on some versions, and before 2.9 took an IPv4-mapped address for
 * another one.
 */
import {
  addressesMeant,
  type IpAddress,
  type IpRange,
  isInRange,
  parseIpAddress,
  parseIpRange,
} from "./ip_address.ts";

export interface AddressGuardOptions {
  /**
   * The only servers to connect to, when given: addresses, CIDR ranges, host names, and names
   * such as `*.db.example.com`. It opens nothing that is refused to everyone.
   */
  readonly allow?: readonly string[];
}

export interface AddressGuard {
  /**
   * @param host the name or address that was asked for
   * @param address what it resolved to and what will be connected to; leave it out to judge the
   *   name alone, before it is resolved
   * @returns why a connection is refused, or null where it may be made
   */
  refusal(host: string, address?: string): string | null;
}

/** @throws Error when an entry of `allow` is no address, range or host name. */
export function makeAddressGuard(options: AddressGuardOptions = {}): AddressGuard {
  const allow = options.allow === undefined ? null : readAllowList(options.allow);
  return {
    refusal(host, address) {
      const name = canonicalName(host);
      if (METADATA_NAMES.has(name)) return `${host} is a cloud's metadata service`;
      const literal = parseIpAddress(name);
      if (address === undefined && literal === null) return null;
      const target = address === undefined ? literal : parseIpAddress(address);
      if (target === null) return `${address} is not an IP address`;
      const meant = addressesMeant(target);
      const denied = DENIED.find(({ range }) => meant.some((one) => isInRange(one, range)));
      if (denied !== undefined) return `${address ?? host} is ${denied.what}`;
      if (allow === null || allow.names(name) || allow.addresses(meant)) return null;
      return `${host} is not among the servers that the operator allows`;
    },
  };
}

const METADATA_NAMES: ReadonlySet<string> = new Set([
  "metadata",
  "metadata.goog",
  "metadata.google.internal",
  "instance-data",
  "instance-data.ec2.internal",
]);

const DENIED: readonly { readonly range: IpRange; readonly what: string }[] = [
  ["0.0.0.0/8", "an unspecified address"],
  ["::/128", "an unspecified address"],
  ["169.254.0.0/16", "a link-local address, where clouds keep their metadata service"],
  ["fe80::/10", "a link-local address"],
  ["100.100.100.200", "Alibaba Cloud's metadata service"],
  ["168.63.129.16", "Azure's platform service"],
  ["192.0.0.192", "Oracle Cloud's metadata service"],
  ["fd00:ec2::/32", "in the range of AWS' instance services"],
  ["fd20:ce::254", "Google Cloud's metadata service"],
  ["224.0.0.0/4", "a multicast address"],
  ["ff00::/8", "a multicast address"],
  ["255.255.255.255", "the broadcast address"],
].map(([range, what]) => ({ range: parseIpRange(range!)!, what: what! }));

interface AllowList {
  names(name: string): boolean;
  addresses(meant: readonly IpAddress[]): boolean;
}

function readAllowList(entries: readonly string[]): AllowList {
  const ranges: IpRange[] = [];
  const exact = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of entries) {
    const range = parseIpRange(entry);
    const name = canonicalName(entry);
    if (range !== null) ranges.push(range);
    else if (!/^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name)) {
      throw new Error(
        `Cannot read the allowed server '${entry}': give an address, a range such as 10.0.0.0/8, a host name, or *.example.com`,
      );
    } else if (name.startsWith("*.")) suffixes.push(name.slice(1));
    else exact.add(name);
  }
  return {
    names: (name) => exact.has(name) || suffixes.some((suffix) => name.endsWith(suffix)),
    addresses: (meant) => meant.some((one) => ranges.some((range) => isInRange(one, range))),
  };
}

function canonicalName(host: string): string {
  return host.toLowerCase().replace(/\.+$/, "");
}
