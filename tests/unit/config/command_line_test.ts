import assert from "node:assert/strict";
import { type CommandLine, parseCommandLine, USAGE } from "../../../src/config/command_line.ts";
import { bareHost, isLoopback, parseHost } from "../../../src/config/network.ts";
import { COMMANDS } from "../../../src/config/command_line.ts";

const run = (command: string, flags = {}) => ({ kind: "run", command, flags });

const LINES: readonly (readonly [string, Partial<CommandLine> | object])[] = [
  ["", run("serve")],
  ["serve", run("serve")],
  ["stdio", run("stdio")],
  ["check", run("check")],
  ["install-index", run("install-index")],
  ["--port 5009", run("serve", { port: "5009" })],
  ["--port=5009 --host=::1", run("serve", { port: "5009", host: "::1" })],
  ["check --host 0.0.0.0", run("check", { host: "0.0.0.0" })],
  ["--port 1 --port 2", run("serve", { port: "2" })],
  ["--help", { kind: "help" }],
  ["check -h", { kind: "help" }],
  ["--version", { kind: "version" }],
  ["-V", { kind: "version" }],
];

for (const [line, wanted] of LINES) {
  Deno.test(`reads the command line "${line}"`, () => {
    assert.deepEqual(parseCommandLine(line.split(" ").filter((word) => word !== "")), wanted);
  });
}

const FAULTS: readonly (readonly [string, RegExp])[] = [
  ["--prot 5009", /"--prot" is no flag/],
  ["start", /"start" is no command/],
  ["--port", /--port needs a value/],
  ["--port --host", /--port needs a value/],
  ["--host=", /--host needs a value/],
  ["check=1", /is no command/],
  ["check stdio", /check and stdio are two commands/],
  ["-p", /is no flag/],
];

for (const [line, words] of FAULTS) {
  Deno.test(`refuses the command line "${line}"`, () => {
    const parsed = parseCommandLine(line.split(" "));
    assert.ok(parsed.kind === "fault" && words.test(parsed.message), JSON.stringify(parsed));
  });
}

Deno.test("names every command in its usage", () => {
  for (const command of COMMANDS.filter((name) => name !== "serve")) {
    assert.ok(USAGE.includes(`\n  ${command} `), command);
  }
});

Deno.test("knows the spellings of loopback", () => {
  for (const host of ["localhost", "LocalHost.", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]) {
    assert.ok(isLoopback(host), host);
  }
  for (const host of ["0.0.0.0", "::", "128.0.0.1", "localhost.example.com", "127.0.0.1.nip.io"]) {
    assert.ok(!isLoopback(host), host);
  }
});

Deno.test("reads a host with and without a port, in each family", () => {
  const table: readonly (readonly [string, string, number | null])[] = [
    ["Example.com", "example.com", null],
    ["example.com:80", "example.com", 80],
    ["[::1]:5008", "::1", 5008],
    ["0:0:0:0:0:0:0:1", "::1", null],
    ["127.0.0.1:1", "127.0.0.1", 1],
  ];
  for (const [text, host, port] of table) assert.deepEqual(parseHost(text), { host, port });
  for (const text of ["", "a b", "a/b", "u@h", "h:", "h:123456", "[::1", "http://a"]) {
    assert.equal(parseHost(text), null, text);
  }
  assert.equal(bareHost("[FE80::1]"), "fe80::1");
});
