import assert from "node:assert/strict";
import fc from "fast-check";
import { makeAddressGuard } from "../../../src/drivers/address_guard.ts";

const open = makeAddressGuard();

const METADATA_SERVICES = [
  ["169.254.169.254", "AWS, Google, Azure"],
  ["169.254.170.2", "a container's credentials on AWS"],
  ["169.254.0.0", "the first link-local address"],
  ["169.254.255.255", "the last link-local address"],
  ["::ffff:169.254.169.254", "IPv4-mapped"],
  ["[::ffff:169.254.169.254]", "IPv4-mapped, in brackets"],
  ["::FFFF:A9FE:A9FE", "IPv4-mapped, in hexadecimal"],
  ["0:0:0:0:0:ffff:a9fe:a9fe", "IPv4-mapped, written out"],
  ["::169.254.169.254", "IPv4-compatible"],
  ["::ffff:0:a9fe:a9fe", "IPv4-translated"],
  ["64:ff9b::a9fe:a9fe", "through NAT64"],
  ["64:ff9b:1::a9fe:a9fe", "through a local NAT64"],
  ["2002:a9fe:a9fe::1", "through 6to4"],
  ["2001:0:4136:e378:8000:63bf:5601:5601", "through Teredo"],
  ["2852039166", "one decimal number"],
  ["0xa9fea9fe", "one hexadecimal number"],
  ["025177524776", "one octal number"],
  ["0251.0376.0251.0376", "octal parts"],
  ["0xa9.0xfe.0xa9.0xfe", "hexadecimal parts"],
  ["169.254.43518", "three parts"],
  ["169.16689662", "two parts"],
  ["fe80::1", "link-local IPv6"],
  ["fe80::1%eth0", "link-local IPv6 with its zone"],
  ["febf::1", "the end of link-local IPv6"],
  ["fe80::a9fe:a9fe", "OpenStack over IPv6"],
  ["fd00:ec2::254", "AWS over IPv6"],
  ["fd20:ce::254", "Google over IPv6"],
  ["100.100.100.200", "Alibaba"],
  ["168.63.129.16", "Azure"],
  ["192.0.0.192", "Oracle"],
] as const;

const NEVER_A_SERVER = [
  ["0.0.0.0", "unspecified"],
  ["0", "unspecified, one number"],
  ["::", "unspecified IPv6"],
  ["::ffff:0.0.0.0", "unspecified, IPv4-mapped"],
  ["224.0.0.1", "multicast"],
  ["ff02::1", "IPv6 multicast"],
  ["255.255.255.255", "broadcast"],
] as const;

for (const [address, what] of [...METADATA_SERVICES, ...NEVER_A_SERVER]) {
  Deno.test(`refuses ${address}: ${what}`, () => {
    assert.notEqual(open.refusal("db.example.com", address), null, "as a name's address");
    assert.notEqual(open.refusal(address), null, "as the host itself");
  });
}

for (
  const address of [
    "127.0.0.1",
    "10.0.0.5",
    "192.168.1.1",
    "169.253.255.255",
    "169.255.0.0",
    "::1",
    "fd12::5",
    "2a00::1",
  ]
) {
  Deno.test(`lets a database at ${address} be reached`, () => {
    assert.equal(open.refusal("db.example.com", address), null);
    assert.equal(open.refusal(address), null);
  });
}

for (
  const name of [
    "metadata.google.internal",
    "METADATA.google.internal.",
    "metadata.goog",
    "metadata",
    "instance-data",
  ]
) {
  Deno.test(`refuses the name ${name}, wherever it points`, () => {
    assert.match(open.refusal(name) ?? "", /metadata service/);
    assert.match(open.refusal(name, "10.0.0.5") ?? "", /metadata service/);
  });
}

Deno.test("judges an ordinary name only once its address is known", () => {
  assert.equal(open.refusal("db.example.com"), null);
  assert.match(open.refusal("db.example.com", "169.254.169.254") ?? "", /link-local/);
});

for (
  const text of [
    "",
    "db",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.256",
    "09.1.1.1",
    "1::2::3",
    ":::",
    "12345::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::1.2.3",
    "4294967296",
  ]
) {
  Deno.test(`refuses '${text}' where a resolved address is due`, () => {
    assert.match(open.refusal("db.example.com", text) ?? "", /is not an IP address/);
  });
}

const closed = makeAddressGuard({
  allow: ["10.1.0.0/16", "fd12::/16", "warehouse", "*.Db.example.com"],
});

for (
  const [host, address, allowed] of [
    ["warehouse", "192.0.2.7", true],
    ["WAREHOUSE.", "192.0.2.7", true],
    ["a.db.example.com", "192.0.2.7", true],
    ["db.example.com", "192.0.2.7", false],
    ["evildb.example.com", "192.0.2.7", false],
    ["other", "10.1.255.255", true],
    ["other", "::ffff:10.1.2.3", true],
    ["other", "10.2.0.0", false],
    ["other", "fd12::1", true],
    ["other", "fd13::1", false],
    ["127.0.0.1", "127.0.0.1", false],
    ["warehouse", "169.254.169.254", false],
  ] as const
) {
  Deno.test(`a closed list ${allowed ? "lets" : "keeps"} ${host} at ${address} ${allowed ? "in" : "out"}`, () => {
    assert.equal(closed.refusal(host, address) === null, allowed);
  });
}

for (const entry of ["", "10.0.0.0/33", "10.0.0.0/8/8", "::1/129", "a b", "*", "*.", "http://db"]) {
  Deno.test(`an operator's list with '${entry}' is refused by name`, () => {
    assert.throws(() => makeAddressGuard({ allow: [entry] }), {
      message: new RegExp(`'${entry.replace(/[*.]/g, "\\$&")}'`),
    });
  });
}

Deno.test("every spelling of a link-local IPv4 address is refused", () => {
  const byte = fc.nat(255);
  const part = fc.constantFrom(
    (n: number) => String(n),
    (n: number) => `0x${n.toString(16)}`,
    (n: number) => `0${n.toString(8)}`,
  );
  fc.assert(
    fc.property(
      byte,
      byte,
      fc.array(part, { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (c, d, spell, parts) => {
        const bytes = [169, 254, c, d];
        const head = bytes.slice(0, parts - 1).map((n, i) => spell[i]!(n));
        const rest = bytes.slice(parts - 1).reduce((value, n) => value * 256 + n, 0);
        const text = [...head, spell[3]!(rest)].join(".");
        assert.match(open.refusal(text) ?? "", /link-local/);
        const group = (high: number, low: number) => (high * 256 + low).toString(16);
        assert.match(open.refusal("db", `::ffff:a9fe:${group(c, d)}`) ?? "", /link-local/);
      },
    ),
  );
});
