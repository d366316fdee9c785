import assert from "node:assert/strict";
import fc from "fast-check";
import { LineWriter } from "../../../src/observe/line_writer.ts";
import { makeLog } from "../../../src/observe/log.ts";
import type { Observation } from "../../../src/observe/observation.ts";
import { makeObserver } from "../../../src/observe/observer.ts";
import { redact } from "../../../src/observe/redact.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALL: Observation = {
  kind: "call",
  tool: "list_charts",
  status: "success",
  durationMs: 3.14159,
  traceId: TRACE,
  user: "greg_sales",
  tenant: "acme",
};

/** What the log writes of these facts. */
async function written(
  facts: readonly Observation[],
  config: { level?: "debug" | "info" | "warn" | "error"; format?: "json" | "text" } = {},
): Promise<string> {
  let text = "";
  const output = {
    write: (bytes: Uint8Array) => {
      text += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    },
  };
  const log = makeLog({ level: config.level ?? "debug", format: config.format ?? "json" }, output);
  for (const fact of facts) log.write(fact);
  await log.flush();
  return text;
}

Deno.test("writes a call as one line of JSON with who, what, how long and under which trace", async () => {
  const text = await written([{ kind: "call_started", tool: "list_charts" }, CALL]);
  assert.equal(text.split("\n").length, 2);
  const { time, ...rest } = JSON.parse(text);
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    level: "info",
    message: "call",
    trace_id: TRACE,
    user: "greg_sales",
    tenant: "acme",
    tool: "list_charts",
    status: "success",
    duration_ms: 3.14,
  });
});

Deno.test("names an error's type, and of its cause the kind, code and place only", async () => {
  const cause = Object.assign(new TypeError("CANARY row"), { code: "22P02" });
  const text = await written([{ ...CALL, status: "error", errorType: "internal", cause }]);
  const line = JSON.parse(text);
  assert.equal(line.level, "error");
  assert.equal(line.error_type, "internal");
  assert.deepEqual([line.cause.thrown, line.cause.code], ["TypeError", "22P02"]);
  assert.ok(line.cause.at.length > 0);
  assert.ok(!text.includes("CANARY"));
});

Deno.test("keeps to the level that is set", async () => {
  const facts: readonly Observation[] = (["debug", "info", "warn", "error"] as const).map(
    (level) => ({ kind: "notice", level, message: `at ${level}` }),
  );
  for (const [level, lines] of [["debug", 4], ["info", 3], ["warn", 2], ["error", 1]] as const) {
    const text = await written(facts, { level });
    assert.equal(text.split("\n").length - 1, lines, level);
  }
});

Deno.test("writes text for people on one line each, whatever a value holds", async () => {
  const text = await written(
    [{ ...CALL, user: "a\nforged line\u001b[2J" }],
    { format: "text" },
  );
  assert.equal(text.split("\n").length, 2);
  assert.ok(!text.includes("\u001b"));
  assert.match(text, /INFO {2}call .*user="a\\nforged line.*tool=list_charts status=success/);
});

Deno.test("does not read braces in a message as fields", async () => {
  const text = await written([{ kind: "notice", level: "info", message: "{x} {{y}}" }]);
  assert.equal(JSON.parse(text).message, "{x} {{y}}");
});

Deno.test("lets no credential through a notice", async () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl";
  const text = await written([
    {
      kind: "notice",
      level: "warn",
      message: `Bearer ${token}`,
      details: { a: token, b: [token] },
    },
    { kind: "notice", level: "warn", message: "x", details: { uri: "postgresql://u:hunter2@h/d" } },
    { kind: "notice", level: "warn", message: "x", details: { cause: new Error("hunter2") } },
    { kind: "auth_refused", reason: `bad ${token} sst_hunter2`, status: 401, traceId: TRACE },
    { kind: "notice", level: "warn", message: "x", details: { nested: { password: "hunter2" } } },
  ]);
  assert.ok(!text.includes("eyJ"), text);
  assert.ok(!text.includes("hunter2"), text);
});

Deno.test("redacts any JWT wherever it stands", () => {
  const part = fc.base64String({ minLength: 12 }).map((text) =>
    text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  );
  fc.assert(fc.property(fc.string(), part, part, part, (before, head, body, sign) => {
    const token = `eyJ${head}.${body}.${sign}`;
    assert.ok(!redact(`${before} ${token}`).includes(body));
  }));
});

Deno.test("tells a tool's name only where there is such a tool", async () => {
  const seen: Observation[] = [];
  const observe = makeObserver([(fact) => void seen.push(fact)], new Set(["list_charts"]));
  observe({ ...CALL, tool: "eyJhbGciOiJIUzI1NiJ9.secret" });
  observe({ kind: "call_started", tool: "drop table" });
  observe(CALL);
  assert.deepEqual(
    seen.map((fact) => "tool" in fact ? fact.tool : null),
    ["unknown", "unknown", "list_charts"],
  );
  assert.equal(await written([]), "");
});

Deno.test("does not fail a call when a reader of facts does", () => {
  let read = 0;
  const observe = makeObserver([
    () => {
      throw new Error("full");
    },
    () => void (read += 1),
  ], new Set());
  observe(CALL);
  assert.equal(read, 1);
});

Deno.test("writes everything, in order, also when the stream takes a few bytes at a time", async () => {
  let text = "";
  const writer = new LineWriter({
    write: async (bytes) => {
      await Promise.resolve();
      const some = bytes.subarray(0, 7);
      text += new TextDecoder().decode(some);
      return some.length;
    },
  });
  const lines = Array.from({ length: 200 }, (_, at) => `line ${at}`);
  for (const line of lines) writer.write(line);
  await writer.flush();
  assert.equal(text, lines.join("\n") + "\n");
});

Deno.test("writes by itself a little later", async () => {
  const out = Promise.withResolvers<string>();
  const writer = new LineWriter({
    write: (bytes) => {
      out.resolve(new TextDecoder().decode(bytes));
      return Promise.resolve(bytes.length);
    },
  });
  writer.write("soon");
  assert.equal(await out.promise, "soon\n");
});

Deno.test("loses lines rather than memory when nobody reads", async () => {
  const stalled = Promise.withResolvers<void>();
  const writer = new LineWriter({
    write: async (bytes) => {
      await stalled.promise;
      return bytes.length;
    },
  });
  const line = "x".repeat(100_000);
  for (let at = 0; at < 200; at += 1) writer.write(line);
  assert.ok(writer.lost > 50);
  stalled.resolve();
  await writer.flush();
});

Deno.test("survives a reader that went away", async () => {
  const writer = new LineWriter({ write: () => Promise.reject(new Deno.errors.BrokenPipe()) });
  writer.write("lost");
  await writer.flush();
});
