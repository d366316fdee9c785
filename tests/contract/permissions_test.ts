/** What the permission set of deno.json lets the service do, asked of a process that has it. */
import assert from "node:assert/strict";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

const ASKED: readonly (readonly [descriptor: Deno.PermissionDescriptor, granted: boolean])[] = [
  [{ name: "net", host: "db.example.com:5432" }, true],
  [{ name: "net", host: "127.0.0.1:5008" }, true],
  [{ name: "net", host: "0.0.0.0:5008" }, true],
  [{ name: "net", host: "10.0.0.5" }, true],
  [{ name: "net", host: "169.254.169.254:80" }, false],
  [{ name: "net", host: "169.254.0.1" }, false],
  [{ name: "net", host: "[::ffff:169.254.169.254]:80" }, false],
  [{ name: "net", host: "[::ffff:a9fe:a9fe]:80" }, false],
  [{ name: "net", host: "[fe80::a9fe:a9fe]:80" }, false],
  [{ name: "net", host: "[fd00:ec2::254]:80" }, false],
  [{ name: "net", host: "[fd20:ce::254]:80" }, false],
  [{ name: "net", host: "100.100.100.200" }, false],
  [{ name: "net", host: "metadata.google.internal:80" }, false],
  [{ name: "read", path: "/var/lib/superset/superset.db" }, true],
  [{ name: "write", path: "/tmp/file" }, false],
  [{ name: "run", command: "sh" }, false],
  [{ name: "ffi", path: "/usr/lib/libc.so" }, false],
  [{ name: "sys", kind: "hostname" }, false],
  [{ name: "env", variable: "SUPERSET_SECRET_KEY_FILE" }, true],
  [{ name: "env", variable: "PGAPPNAME" }, true],
  [{ name: "env", variable: "AWS_SECRET_ACCESS_KEY" }, false],
  [{ name: "env", variable: "HOME" }, false],
];

Deno.test("the service has the permissions it needs and no other", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "-P=service", "tests/fixtures/ask_permissions.ts"],
      ...ASKED.map(([descriptor]) => JSON.stringify(descriptor)),
    ],
    cwd: ROOT,
  }).output();
  const text = new TextDecoder();
  assert.notEqual(stdout.length, 0, text.decode(stderr));
  const states: string[] = JSON.parse(text.decode(stdout));
  for (const [index, [descriptor, granted]] of ASKED.entries()) {
    assert.equal(states[index] === "granted", granted, JSON.stringify(descriptor));
  }
});
