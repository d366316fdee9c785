import assert from "node:assert/strict";
import { makeMetrics, type Metrics } from "../../../src/observe/metrics.ts";
import { traceIdOf } from "../../../src/observe/trace.ts";

function metrics(): Metrics {
  return makeMetrics({
    toolNames: ["list_charts"],
    routes: ["/mcp"],
    startedAt: 1000,
    now: () => 61_000,
    memoryBytes: () => 123_456,
  });
}

const call = { kind: "call", traceId: "", user: null, tenant: null } as const;

Deno.test("has every series of the contract from the start", async () => {
  const text = await metrics().text();
  for (
    const name of [
      "mcp_requests_total",
      "mcp_errors_total",
      "mcp_request_duration_seconds",
      "mcp_requests_in_flight",
      "mcp_database_connections_active",
      "mcp_database_connections_idle",
      "mcp_memory_usage_bytes",
    ]
  ) assert.ok(text.includes(`# TYPE ${name} `), name);
  assert.match(text, /^mcp_memory_usage_bytes 123456$/m);
  assert.match(text, /^mcp_uptime_seconds 60$/m);
});

Deno.test("counts calls by tool and status, errors by type, and times them", async () => {
  const one = metrics();
  for (let at = 0; at < 3; at += 1) one.write({ kind: "call_started", tool: "list_charts" });
  one.write({ ...call, tool: "list_charts", status: "success", durationMs: 4 });
  one.write({
    ...call,
    tool: "list_charts",
    status: "error",
    errorType: "not_found",
    durationMs: 600,
  });
  const text = await one.text();
  assert.match(text, /^mcp_requests_total\{tool="list_charts",status="success"\} 1$/m);
  assert.match(text, /^mcp_requests_total\{tool="list_charts",status="error"\} 1$/m);
  assert.match(text, /^mcp_errors_total\{tool="list_charts",error_type="not_found"\} 1$/m);
  assert.match(text, /^mcp_request_duration_seconds_bucket\{le="0.005",tool="list_charts"\} 1$/m);
  assert.match(text, /^mcp_request_duration_seconds_count\{tool="list_charts"\} 2$/m);
  assert.match(text, /^mcp_requests_in_flight 1$/m);
});

Deno.test("bounds its labels, whatever clients send", async () => {
  const one = metrics();
  for (let at = 0; at < 500; at += 1) {
    one.write({
      ...call,
      tool: `tool${at}`,
      status: "error",
      errorType: "internal",
      durationMs: 1,
    });
    one.write({
      kind: "http",
      method: `M${at}`,
      path: `/p${at}`,
      status: 404,
      durationMs: 1,
      traceId: "",
    });
  }
  const text = await one.text();
  assert.match(text, /^mcp_requests_total\{tool="unknown",status="error"\} 500$/m);
  assert.match(
    text,
    /^mcp_http_requests_total\{route="other",method="other",status="404"\} 500$/m,
  );
  assert.ok(text.split("\n").length < 100);
});

Deno.test("reads the pool when it is asked", async () => {
  const one = metrics();
  one.watchPool(() => ({ active: 3, idle: 2 }));
  const text = await one.text();
  assert.match(text, /^mcp_database_connections_active 3$/m);
  assert.match(text, /^mcp_database_connections_idle 2$/m);
});

Deno.test("takes the client's trace id where it is one, and makes one where it is not", async (t) => {
  const id = "0af7651916cd43dd8448eb211c80319c";
  const made = "ab".repeat(16);
  const table: readonly (readonly [string | null, string])[] = [
    [`00-${id}-b7ad6b7169203331-01`, id],
    [`cc-${id}-b7ad6b7169203331-01-what-the-future-brings`, id],
    [null, made],
    ["", made],
    [`ff-${id}-b7ad6b7169203331-01`, made],
    [`00-${"0".repeat(32)}-b7ad6b7169203331-01`, made],
    [`00-${id}-${"0".repeat(16)}-01`, made],
    [`00-${id.toUpperCase()}-b7ad6b7169203331-01`, made],
    [`00-${id}-b7ad6b7169203331`, made],
    [`00-${id}-b7ad6b7169203331-01${"x".repeat(600)}`, made],
  ];
  for (const [header, wanted] of table) {
    await t.step(String(header).slice(0, 60), () => {
      assert.equal(traceIdOf(header, (bytes) => void bytes.fill(0xab)), wanted);
    });
  }
});
