import assert from "node:assert/strict";
import { AuthRefusal } from "../../src/auth/authenticate.ts";
import { unavailable } from "../../src/errors.ts";
import { type HttpOptions, makeHttp } from "../support/http_service.ts";

const HOST = "127.0.0.1:5008";

function request(path: string, init: RequestInit & { readonly host?: string } = {}): Request {
  const { host = HOST, headers, ...rest } = init;
  const all = new Headers(headers);
  all.set("host", host);
  return new Request(`http://${HOST}${path}`, { ...rest, headers: all });
}

function post(body: BodyInit, headers: Record<string, string> = {}, host = HOST): Request {
  const length: Record<string, string> = typeof body === "string"
    ? { "content-length": String(new TextEncoder().encode(body).length) }
    : {};
  return request("/mcp", { method: "POST", body, host, headers: { ...length, ...headers } });
}

async function status(asked: Request, options: HttpOptions = {}): Promise<number> {
  const { handle, running } = makeHttp(options);
  const response = await handle(asked);
  await response.body?.cancel();
  running.close();
  return response.status;
}

Deno.test("answers each route with its status", async (t) => {
  const table: readonly (readonly [string, string, number])[] = [
    ["GET", "/health", 200],
    ["HEAD", "/health", 200],
    ["GET", "/health?verbose=1", 200],
    ["GET", "/health/live", 200],
    ["GET", "/health/ready", 200],
    ["GET", "/metrics", 200],
    ["POST", "/health", 405],
    ["DELETE", "/metrics", 405],
    ["PUT", "/mcp", 405],
    ["HEAD", "/mcp", 405],
    ["OPTIONS", "/mcp", 204],
    ["GET", "/", 404],
    ["POST", "/", 404],
    ["POST", "/mcp/", 404],
    ["POST", "//mcp", 404],
    ["GET", "/MCP", 404],
    ["GET", "/health/../mcp.json", 404],
    ["GET", "/.well-known/oauth-protected-resource", 404],
  ];
  for (const [method, path, wanted] of table) {
    await t.step(`${method} ${path} → ${wanted}`, async () => {
      assert.equal(await status(request(path, { method })), wanted);
    });
  }
});

Deno.test("serves only the hosts that are allowed, in each of their spellings", async (t) => {
  const http = { allowedHosts: ["127.0.0.1", "localhost", "::1", "mcp.example.com:8443"] };
  const table: readonly (readonly [string, number])[] = [
    ["127.0.0.1", 200],
    ["127.0.0.1:5008", 200],
    ["localhost:80", 200],
    ["LOCALHOST", 200],
    ["localhost.", 200],
    ["[::1]", 200],
    ["[::1]:5008", 200],
    ["[0:0:0:0:0:0:0:1]:5008", 200],
    ["mcp.example.com:8443", 200],
    ["mcp.example.com", 403],
    ["mcp.example.com:443", 403],
    ["evil.example.com", 403],
    ["127.0.0.1.evil.example.com", 403],
    ["localhost.evil.example.com:5008", 403],
    ["localhost@evil.example.com", 403],
    ["evil.example.com#localhost", 403],
    ["localhost, evil.example.com", 403],
    ["127.0.0.2", 403],
    ["[::2]", 403],
    ["", 403],
  ];
  for (const [host, wanted] of table) {
    await t.step(`Host: ${host} → ${wanted}`, async () => {
      assert.equal(await status(post("{}", {}, host), { http }), wanted);
    });
  }
});

Deno.test("lets health and metrics be asked under any host and origin", async () => {
  for (const path of ["/health", "/health/live", "/health/ready", "/metrics"]) {
    const asked = request(path, { host: "10.1.2.3:5008", headers: { origin: "https://evil" } });
    assert.equal(await status(asked), 200, path);
  }
});

Deno.test("refuses foreign origins and takes requests without one", async (t) => {
  const http = { allowedOrigins: ["https://chat.example.com"] };
  const table: readonly (readonly [string | null, number])[] = [
    [null, 200],
    ["https://chat.example.com", 200],
    ["http://127.0.0.1:5008", 200],
    ["https://127.0.0.1:5008", 200],
    ["http://127.0.0.1", 403],
    ["http://localhost:5008", 403],
    ["http://chat.example.com", 403],
    ["https://chat.example.com:8443", 403],
    ["https://chat.example.com.evil.com", 403],
    ["https://evil.example.com", 403],
    ["null", 403],
    ["", 403],
  ];
  for (const [origin, wanted] of table) {
    await t.step(`Origin: ${origin} → ${wanted}`, async () => {
      const headers: Record<string, string> = origin === null ? {} : { origin };
      assert.equal(await status(post("{}", headers), { http }), wanted);
    });
  }
});

Deno.test("gives CORS headers to the origins that are allowed, and to no other", async () => {
  const http = { allowedOrigins: ["https://chat.example.com"] };
  const headers = { origin: "https://chat.example.com", "access-control-request-method": "POST" };
  const { handle } = makeHttp({ http });
  const preflight = await handle(request("/mcp", { method: "OPTIONS", headers }));
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), headers.origin);
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /Authorization/);
  const answer = await handle(post("{}", headers));
  assert.equal(answer.headers.get("access-control-allow-origin"), headers.origin);
  assert.equal(answer.headers.get("vary"), "Origin");
  for (const other of [post("{}"), post("{}", { origin: "https://evil.example.com" })]) {
    assert.equal((await handle(other)).headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("lets an allowed page read why it was refused", async () => {
  const origin = "https://chat.example.com";
  const { handle } = makeHttp({ http: { allowedOrigins: [origin] }, ...refusing(401) });
  const answer = await handle(post("{}", { origin }));
  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get("access-control-allow-origin"), origin);
});

function refusing(code: 401 | 403): HttpOptions {
  const error = code === 401 ? "invalid_token" : "insufficient_scope";
  return {
    auth: { requiredScopes: ["read"] },
    authenticate: () => Promise.reject(new AuthRefusal(code, error, "No.", "signature")),
  };
}

for (const code of [401, 403] as const) {
  Deno.test(`answers a refused token with ${code} and a challenge, and reads no body`, async () => {
    const { handle, facts } = makeHttp(refusing(code));
    const asked = post("{}", { authorization: "Bearer x" });
    const response = await handle(asked);
    assert.equal(response.status, code);
    assert.match(
      response.headers.get("www-authenticate") ?? "",
      /^Bearer error=.*resource_metadata="http:\/\/127\.0\.0\.1:5008\/\.well-known/,
    );
    assert.equal(asked.bodyUsed, false);
    assert.ok(facts.some((fact) => fact.kind === "auth_refused" && fact.status === code));
    assert.ok(!(await response.text()).includes("signature"));
  });
}

Deno.test("checks the host before it asks who is there", async () => {
  const authenticate = () => assert.fail("was asked");
  assert.equal(await status(post("{}", {}, "evil.example.com"), { authenticate }), 403);
});

Deno.test("shows where tokens come from where tokens are required", async () => {
  const uri = new URL("https://idp.example.com/keys");
  const jwt = {
    algorithm: "RS256",
    key: { kind: "jwks", uri },
    issuer: "https://idp.example.com",
    audience: ["superset"],
  } as const;
  const options = { auth: { jwt, devUsername: null } };
  for (const suffix of ["", "/mcp"]) {
    const { handle } = makeHttp(options);
    const response = await handle(request(`/.well-known/oauth-protected-resource${suffix}`));
    const document = await response.json();
    assert.equal(document.resource, `http://${HOST}/mcp`);
    assert.deepEqual(document.authorization_servers, ["https://idp.example.com"]);
  }
  const publicUrl = new URL("https://mcp.example.com/superset");
  const { handle } = makeHttp({ ...options, http: { publicUrl } });
  const response = await handle(request("/.well-known/oauth-protected-resource"));
  assert.equal((await response.json()).resource, "https://mcp.example.com/superset/mcp");
});

Deno.test("passes the body, the caller and the client's trace id on", async () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const { handle, facts, running } = makeHttp({
    fetch: (_, given) => {
      assert.equal(given.traceId, trace);
      assert.equal(given.caller.user.username, "user1");
      return Promise.resolve(new Response(given.body));
    },
  });
  const response = await handle(
    post(`{"ü":1}`, { traceparent: `00-${trace}-b7ad6b7169203331-01` }),
  );
  running.close();
  assert.equal(await response.text(), `{"ü":1}`);
  assert.equal(response.headers.get("x-trace-id"), trace);
  const [fact] = facts;
  assert.ok(fact?.kind === "http" && fact.traceId === trace && fact.path === "/mcp");
});

Deno.test("holds bodies to the limit, whether or not they say their length", async (t) => {
  const limits = { maxBytes: 10, bodyMs: 1000 };
  const chunks = (sizes: readonly number[]) =>
    ReadableStream.from(sizes.map((size) => new Uint8Array(size).fill(32)));
  const table: readonly (readonly [string, () => Request, number])[] = [
    ["at the limit", () => post(" ".repeat(10)), 200],
    ["over the limit", () => post(" ".repeat(11)), 413],
    ["claiming more than it sends", () => post("{}", { "content-length": "11" }), 413],
    ["in chunks at the limit", () => post(chunks([4, 6])), 200],
    ["in chunks over the limit", () => post(chunks([4, 4, 4])), 413],
    [
      "in chunks over the limit, under a small length",
      () => post(chunks([4, 4, 4]), { "content-length": "1", "transfer-encoding": "chunked" }),
      413,
    ],
    ["compressed", () => post("{}", { "content-encoding": "gzip" }), 415],
    ["of bytes that are not UTF-8", () => post(new Uint8Array([0xff, 0xfe])), 400],
    [
      "that breaks off",
      () => post(new ReadableStream({ pull: (c) => c.error(new Error("gone")) })),
      400,
    ],
    ["that never ends", () => post(new ReadableStream({ pull: () => new Promise(() => {}) })), 408],
  ];
  for (const [title, asked, wanted] of table) {
    await t.step(`a body ${title} → ${wanted}`, async () => {
      const short = wanted === 408 ? { ...limits, bodyMs: 50 } : limits;
      assert.equal(await status(asked(), short), wanted);
    });
  }
});

Deno.test("says 503, and nothing of the inside, when nobody can tell who is asking", async () => {
  const authenticate = () =>
    Promise.reject(unavailable("The metadata database can't be reached.", { cause: "10.0.0.1" }));
  const { handle } = makeHttp({ authenticate });
  const response = await handle(post("{}"));
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "1");
  assert.ok(!(await response.text()).includes("10.0.0.1"));
});

Deno.test("answers 500 without a word of what was thrown", async () => {
  const { handle, facts, running } = makeHttp({
    fetch: () => Promise.reject(new Error("secret-inside")),
  });
  const response = await handle(post("{}"));
  running.close();
  assert.equal(response.status, 500);
  assert.ok(!(await response.text()).includes("secret-inside"));
  assert.ok(facts.some((fact) => fact.kind === "notice" && fact.level === "error"));
});

Deno.test("puts the security headers on every answer", async () => {
  const { handle, running } = makeHttp({ maxBytes: 1, bodyMs: 100 });
  const asked = [
    request("/health"),
    request("/nowhere"),
    post("{}"),
    post("1"),
    request("/metrics"),
  ];
  for (const one of [...asked, post("{}", {}, "evil"), request("/mcp", { method: "OPTIONS" })]) {
    const { headers } = await handle(one);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.match(headers.get("x-trace-id") ?? "", /^[0-9a-f]{32}$/);
  }
  running.close();
});

Deno.test("names what is down, without saying where it is", async () => {
  const { handle } = makeHttp({ ping: () => Promise.reject(new Error("10.0.0.1:5432 refused")) });
  const response = await handle(request("/health"));
  const text = await response.text();
  assert.equal(response.status, 503);
  assert.equal(JSON.parse(text).status, "unhealthy");
  assert.deepEqual(JSON.parse(text).down, ["metadata database"]);
  assert.ok(!text.includes("10.0.0.1"));
  assert.equal((await handle(request("/health/ready"))).status, 503);
  assert.equal((await handle(request("/health/live"))).status, 200);
});

Deno.test("says what an operator reads in /health", async () => {
  const { handle } = makeHttp();
  const body = await (await handle(request("/health"))).json();
  assert.equal(body.status, "healthy");
  assert.equal(body.version, "9.9.9");
  assert.equal(body.database_connection, "ok");
  assert.equal(typeof body.uptime_seconds, "number");
});

Deno.test("asks the database once, however many ask for health at once", async () => {
  let asked = 0;
  const { handle } = makeHttp({
    ping: async () => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => handle(request("/health"))),
  );
  assert.ok(answers.every((answer) => answer.status === 200));
  await handle(request("/health/ready"));
  assert.equal(asked, 1);
});

Deno.test("tells a call that had its time to end", async () => {
  const { handle, running } = makeHttp({
    callMs: 20,
    fetch: (_, { signal }) =>
      new Promise((resolve) =>
        signal?.addEventListener("abort", () => resolve(new Response("ended")))
      ),
  });
  assert.equal(await (await handle(post("{}"))).text(), "ended");
  running.close();
});
