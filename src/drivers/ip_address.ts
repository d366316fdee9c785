/**
 * IP addresses and ranges as numbers, in every spelling a resolver or a URL accepts, and the IPv4
 * addresses that IPv6 ones carry inside.
 */

export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface IpRange {
  readonly family: 4 | 6;
  /** The bits above the host part. */
  readonly prefix: bigint;
  /** How many bits the host part has. */
  readonly hostBits: bigint;
}

/**
 * Reads an address: dotted IPv4 as inet_aton(3) does (one to four parts, each decimal, octal or
 * hexadecimal), IPv6 of RFC 4291 with or without brackets and zone.
 *
 * @returns null when the text is no address, and so a host name
 */
export function parseIpAddress(text: string): IpAddress | null {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  if (bare.includes(":")) {
    const value = parseIpv6(bare.split("%", 1)[0]!);
    return value === null ? null : { family: 6, value };
  }
  const value = parseIpv4(bare);
  return value === null ? null : { family: 4, value };
}

/** Reads `address` or `address/bits`; null when it is neither. */
export function parseIpRange(text: string): IpRange | null {
  const [base, bits, ...more] = text.split("/");
  const address = parseIpAddress(base!);
  if (address === null || more.length > 0) return null;
  const width = address.family === 4 ? 32 : 128;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return null;
  const length = bits === undefined ? width : Number(bits);
  if (length > width) return null;
  const hostBits = BigInt(width - length);
  return { family: address.family, prefix: address.value >> hostBits, hostBits };
}

export function isInRange(address: IpAddress, range: IpRange): boolean {
  return address.family === range.family && address.value >> range.hostBits === range.prefix;
}

/** Where an IPv6 address carries an IPv4 one: the range, and how far the address is shifted up. */
const EMBEDDINGS: readonly {
  readonly range: IpRange;
  readonly shift: bigint;
  readonly invert?: true;
}[] = [
  { range: parseIpRange("::ffff:0:0/96")!, shift: 0n }, // IPv4-mapped, RFC 4291 2.5.5.2
  { range: parseIpRange("::/96")!, shift: 0n }, // IPv4-compatible, RFC 4291 2.5.5.1
  { range: parseIpRange("::ffff:0:0:0/96")!, shift: 0n }, // IPv4-translated, RFC 2765
  { range: parseIpRange("64:ff9b::/96")!, shift: 0n }, // NAT64, RFC 6052
  { range: parseIpRange("64:ff9b:1::/48")!, shift: 0n }, // local NAT64 with a /96, RFC 8215
  { range: parseIpRange("2002::/16")!, shift: 80n }, // 6to4, RFC 3056
  { range: parseIpRange("2001::/32")!, shift: 0n, invert: true }, // Teredo, RFC 4380
];

/** The address itself, and each IPv4 address that a translator would make of it. */
export function addressesMeant(address: IpAddress): readonly IpAddress[] {
  // `::` and `::1` lie in the IPv4-compatible range and are none (RFC 4291 2.5.5.1).
  if (address.family === 4 || address.value <= 1n) return [address];
  const inner = EMBEDDINGS.filter(({ range }) => isInRange(address, range))
    .map(({ shift, invert }): IpAddress => {
      const value = (address.value >> shift) & 0xffff_ffffn;
      return { family: 4, value: invert ? value ^ 0xffff_ffffn : value };
    });
  return [address, ...inner];
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length > 4) return null;
  const numbers: bigint[] = [];
  for (const part of parts) {
    if (/^0[0-7]+$/.test(part)) numbers.push(BigInt(`0o${part.slice(1)}`));
    else if (/^(0x[0-9a-f]+|0|[1-9]\d*)$/i.test(part)) numbers.push(BigInt(part));
    else return null;
  }
  const last = numbers.pop()!;
  if (numbers.some((number) => number > 255n)) return null;
  // The last part fills what the parts before it leave free.
  const free = 8n * BigInt(4 - numbers.length);
  if (last >= 1n << free) return null;
  return (numbers.reduce((value, number) => (value << 8n) | number, 0n) << free) | last;
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (head === null || head === undefined || tail === null) return null;
  const given = head.length + (tail?.length ?? 0);
  if (tail === undefined ? given !== 8 : given > 7) return null;
  const groups = [...head, ...Array<number>(8 - given).fill(0), ...(tail ?? [])];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups of a half; the last one may end in a dotted IPv4 address. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (mayEndInIpv4 && index === parts.length - 1 && /^\d+(\.\d+){3}$/.test(part)) {
      const value = parseIpv4(part);
      if (value === null) return null;
      groups.push(Number(value >> 16n), Number(value & 0xffffn));
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return null;
  }
  return groups;
}
