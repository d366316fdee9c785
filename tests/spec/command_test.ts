import assert from "node:assert/strict";
import { openDemo } from "../../src/demo/demo.ts";
import { VERSION } from "../../src/config/version.ts";
import { freePort } from "../support/free_port.ts";
import { type ServiceOptions, startService } from "../support/service.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of the service to its end, with these settings and no others. */
async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const places = Object.fromEntries(
    ["HOME", "DENO_DIR", "XDG_CACHE_HOME"].flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=service", "main.ts", ...args],
    cwd: ROOT,
    env: { ...places, NO_COLOR: "1", ...env },
    clearEnv: true,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

async function call(url: string, method: string, params: object = {}): Promise<Response> {
  return await fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
}

async function serving(
  options: ServiceOptions,
  use: (url: string) => Promise<void>,
): Promise<{ readonly code: number; readonly printed: string }> {
  const service = await startService(options);
  try {
    await use(service.url);
  } finally {
    await service.stop();
  }
  return { code: await service.stop(), printed: service.printed() };
}

Deno.test("prints its version and its usage", async () => {
  const version = await run(["--version"]);
  assert.deepEqual([version.code, version.out], [0, `superset-mcp ${VERSION}\n`]);
  const help = await run(["--help"]);
  assert.equal(help.code, 0);
  assert.match(help.out, /Usage: superset-mcp/);
});

Deno.test("ends with 2 and the usage on a flag it does not know", async () => {
  const { code, out, err } = await run(["--prot", "1"]);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(err, /"--prot" is no flag[^]*Usage: superset-mcp/);
});

Deno.test("ends with 1 and every fault of its settings, in a message without a stack", async () => {
  const { code, err } = await run([], {
    SQLALCHEMY_DATABASE_URI: "oracle://u:pw-hidden@h/d",
    MCP_READ_ONLY: "maybe",
    MCP_JWT_SECRET: "pw-hidden",
  });
  assert.equal(code, 1);
  for (const name of ["SQLALCHEMY_DATABASE_URI", "MCP_READ_ONLY", "MCP_JWT_SECRET"]) {
    assert.ok(err.includes(`  ${name}: `), err);
  }
  assert.ok(!err.includes("pw-hidden") && !/^\s+at /m.test(err), err);
});

Deno.test("checks the demo and finds nothing wrong", async () => {
  const { code, out } = await run(["check", "--port", "0"]);
  assert.equal(code, 0, out);
  assert.match(out, /^ok {5}The embedded demo answers/m);
});

Deno.test("ends a check with 1 on a fault, one line for each finding", async () => {
  const { code, out } = await run(["check", "--port", "0"], {
    SQLALCHEMY_DATABASE_URI: "sqlite:////nowhere/superset.db",
    MCP_DEV_USERNAME: "admin",
  });
  assert.equal(code, 1);
  assert.match(out, /^fault {2}The metadata database can't be opened/m);
  assert.ok(out.trimEnd().split("\n").every((line) => /^(ok|warn|fault) /.test(line)), out);
});

Deno.test("serves the demo where nothing is set, announces it, and ends with 0 on SIGTERM", async () => {
  const { code, printed } = await serving({}, async (url) => {
    const answer = await (await call(url, "tools/call", { name: "health_check" })).json();
    assert.equal(answer.result.structuredContent.database_connection, "ok");
    const metrics = await (await fetch(`${url}/metrics`)).text();
    assert.match(metrics, /^mcp_requests_total\{tool="health_check",status="success"\} 1$/m);
    assert.match(metrics, /^mcp_requests_in_flight 0$/m);
  });
  assert.equal(code, 0);
  assert.match(printed, /This is a DEMO/);
  const lines = printed.split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const said = lines.map((line) => line.message);
  assert.deepEqual(said.filter((message) => message !== "request"), [
    "started",
    "call",
    "stopping",
    "stopped",
  ]);
  const line = lines.find(({ message }) => message === "call");
  assert.deepEqual([line.tool, line.user, line.status], ["health_check", "demo", "success"]);
  assert.match(line.trace_id, /^[0-9a-f]{32}$/);
  assert.ok(line.duration_ms >= 0);
});

Deno.test("keeps what a client sends out of its log, at every level", async () => {
  const secret = "hunter2-CANARY";
  const { printed } = await serving({ env: { MCP_LOG_LEVEL: "debug" } }, async (url) => {
    const params = [
      { name: "list_charts", arguments: { search: secret } },
      { name: "list_charts", arguments: { [secret]: 1 } },
      { name: "get_chart_info", arguments: { identifier: secret } },
      { name: secret, arguments: {} },
    ];
    for (const one of params) await (await call(url, "tools/call", one)).body?.cancel();
    await (await call(url, secret)).body?.cancel();
    for (const path of [`/${secret}`, `/mcp?token=${secret}`]) {
      await (await fetch(url + path, { headers: { authorization: `Bearer ${secret}` } })).body
        ?.cancel();
    }
  });
  assert.ok(!printed.includes(secret), printed);
});

Deno.test("starts before its database, says what is down, and serves when it comes", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/superset.db`;
  try {
    const service = startService({
      env: { SQLALCHEMY_DATABASE_URI: `sqlite:///${path}`, MCP_DEV_USERNAME: "admin" },
    });
    // Long enough for it to have been asked once in vain.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const demo = openDemo(Date.now());
    demo.metadata.exec(`VACUUM INTO '${path}'`);
    demo.close();
    const { url, stop, printed } = await service;
    const answer = await (await call(url, "tools/call", { name: "health_check" })).json();
    assert.equal(answer.result.structuredContent.database_connection, "ok");
    assert.equal(await stop(), 0);
    assert.match(printed(), /"path":"\/health","status":503/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("answers 503 with what to do while its database is not there", async () => {
  const { listen, close } = await withoutDatabase();
  try {
    const response = await call(listen, "tools/list");
    assert.equal(response.status, 503);
    const { error } = await response.json();
    assert.match(error.message, /metadata database can't be opened/);
    const health = await fetch(`${listen}/health`);
    assert.equal(health.status, 503);
    assert.deepEqual((await health.json()).down, ["metadata database"]);
  } finally {
    assert.equal(await close(), 0);
  }
});

/** A service whose database never comes; it is alive, and not healthy. */
async function withoutDatabase(): Promise<{
  readonly listen: string;
  readonly close: () => Promise<number>;
}> {
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=service", "main.ts", "--port", String(port)],
    cwd: ROOT,
    env: {
      SQLALCHEMY_DATABASE_URI: "sqlite:////nowhere/superset.db",
      MCP_DEV_USERNAME: "admin",
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const listen = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    const alive = await fetch(`${listen}/health/live`).catch(() => null);
    await alive?.body?.cancel();
    if (alive?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    listen,
    close: async () => {
      child.kill("SIGTERM");
      return (await child.status).code;
    },
  };
}
