import assert from "node:assert/strict";
import { AuthRefusal } from "../../src/auth/refusal.ts";
import type { Listening } from "../../src/http/serve.ts";
import { type HttpOptions, type HttpService, makeHttp } from "../support/http_service.ts";

/** Runs a service on a real port for the time of a test. */
async function serving(
  options: HttpOptions,
  use: (listening: Listening, service: HttpService) => Promise<void>,
): Promise<void> {
  const service = makeHttp(options);
  const listening = service.listen();
  try {
    await use(listening, service);
  } finally {
    await listening.stop("test");
  }
}

/** Sends bytes as they are and gives what comes back until the server closes or `ms` have passed. */
async function raw(url: string, parts: readonly string[], ms: number): Promise<string> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const decoder = new TextDecoder();
  let got = "";
  const timer = setTimeout(() => connection.close(), ms);
  try {
    for (const part of parts) await connection.write(new TextEncoder().encode(part));
    const buffer = new Uint8Array(65536);
    for (let size = await connection.read(buffer); size !== null;) {
      got += decoder.decode(buffer.subarray(0, size));
      size = await connection.read(buffer);
    }
    connection.close();
  } catch {
    // Closed by the other side in the middle, or by the timer.
  } finally {
    clearTimeout(timer);
  }
  return got;
}

const HEAD = "POST /mcp HTTP/1.1\r\nHost: localhost\r\n";

Deno.test("answers 408 to a body that trickles in, and is done with it", async () => {
  const limits = { maxBytes: 1000, bodyMs: 100 };
  await serving(limits, async ({ url }, { running }) => {
    const got = await raw(url, [`${HEAD}Content-Length: 500\r\n\r\n{`], 500);
    assert.match(got, /^HTTP\/1\.1 408 /);
    assert.match(got, /did not arrive within 0\.1 s/);
    assert.equal(running.size, 0);
  });
});

Deno.test("says the length of an answer that is made in time", async () => {
  await serving({}, async ({ url }) => {
    const got = await raw(url, [`${HEAD}Content-Length: 2\r\n\r\n{}`], 300);
    assert.match(got, /^HTTP\/1\.1 200 /);
    assert.match(got, /\r\ncontent-length: [1-9]/i);
    assert.doesNotMatch(got, /transfer-encoding/i);
  });
});

Deno.test("answers 413 to a huge body before it is sent", async () => {
  await serving({}, async ({ url }) => {
    const got = await raw(url, [`${HEAD}Content-Length: 99999999999\r\n\r\n{`], 300);
    assert.match(got, /^HTTP\/1\.1 413 /);
  });
});

Deno.test("tells a client that sends a huge body so, in an answer it can read", async () => {
  await serving({}, async ({ url }) => {
    const body = new Uint8Array(20_000_000);
    const response = await fetch(`${url}/mcp`, { method: "POST", body });
    assert.equal(response.status, 413);
    assert.match(await response.text(), /larger than 1048576 bytes/);
  });
});

Deno.test("counts a huge body that comes in chunks", async () => {
  await serving({ maxBytes: 100_000, bodyMs: 5000 }, async ({ url }) => {
    const chunk = `${(10_000).toString(16)}\r\n${" ".repeat(10_000)}\r\n`;
    const got = await raw(
      url,
      [`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, ...Array(20).fill(chunk), "0\r\n\r\n"],
      300,
    );
    assert.match(got, /^HTTP\/1\.1 413 /);
  });
});

Deno.test("takes no small length's word for a body that comes in chunks", async () => {
  const chunk = `${(2000).toString(16)}\r\n${" ".repeat(2000)}\r\n0\r\n\r\n`;
  for (
    const headers of [
      "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
    ]
  ) {
    await serving({ maxBytes: 1000, bodyMs: 1000 }, async ({ url }) => {
      const got = await raw(url, [`${HEAD}${headers}\r\n${chunk}`], 3000);
      assert.match(got, /^HTTP\/1\.1 4(00|13) /, headers);
    });
  }
});

Deno.test("refuses a foreign Host on the wire, also beside a harmless target", async () => {
  await serving({}, async ({ url }) => {
    const foreign = await raw(
      url,
      ["GET /mcp HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n"],
      2000,
    );
    assert.match(foreign, /^HTTP\/1\.1 403 /);
    const absolute = await raw(
      url,
      ["GET http://localhost/mcp HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n"],
      2000,
    );
    assert.match(absolute, /^HTTP\/1\.1 403 /);
  });
});

Deno.test("finishes a call that runs when it is asked to stop, and turns readiness off", async () => {
  const release = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const service = makeHttp({
    fetch: async () => {
      began.resolve();
      await release.promise;
      return new Response("answered");
    },
  });
  const { url, stop } = service.listen();
  const answer = fetch(`${url}/mcp`, { method: "POST", body: "{}" });
  await began.promise;
  const stopped = stop("SIGTERM");
  const ready = await service.handle(new Request(`${url}/health/ready`));
  assert.equal(ready.status, 503);
  release.resolve();
  assert.equal(await (await answer).text(), "answered");
  assert.equal(await stopped, true);
  await assert.rejects(fetch(url));
});

Deno.test("waits for an answer that is a stream of events, and ends a stream of notices", async () => {
  const events = Promise.withResolvers<void>();
  const notices = Promise.withResolvers<void>();
  const stream = (until: Promise<void>) =>
    new Response(
      new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode(": first\n\n"));
          await until;
          controller.enqueue(new TextEncoder().encode("data: last\n\n"));
          controller.close();
        },
      }),
      { headers: { "content-type": "text/event-stream" } },
    );
  const { running, listen } = makeHttp({
    fetch: ({ method }) =>
      Promise.resolve(stream(method === "GET" ? notices.promise : events.promise)),
    endStreams: () => Promise.resolve(notices.resolve()),
  });
  const { url, stop } = listen();
  const call = await fetch(`${url}/mcp`, { method: "POST", body: "{}" });
  const listening = await fetch(`${url}/mcp`);
  assert.equal(running.size, 1);
  const stopped = stop("SIGTERM");
  setTimeout(events.resolve, 20);
  assert.match(await call.text(), /data: last/);
  assert.match(await listening.text(), /: first/);
  assert.equal(await stopped, true);
});

Deno.test("does not wait for a client that went away from its stream", async () => {
  const { running, listen } = makeHttp({
    fetch: () =>
      Promise.resolve(
        new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(10)) }), {
          headers: { "content-type": "text/event-stream" },
        }),
      ),
  });
  const { url, stop } = listen();
  const call = await fetch(`${url}/mcp`, { method: "POST", body: "{}" });
  assert.equal(running.size, 1);
  await call.body?.cancel();
  await running.idle();
  assert.equal(await stop("SIGTERM"), true);
});

Deno.test("tells calls to end when the limit for a stop is over", async () => {
  const { listen } = makeHttp({
    drainMs: 30,
    fetch: (_, { signal }) =>
      new Promise((resolve) =>
        signal?.addEventListener("abort", () => resolve(new Response("cut")))
      ),
  });
  const { url, stop } = listen();
  const answer = fetch(`${url}/mcp`, { method: "POST", body: "{}" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const stopped = stop("SIGTERM");
  assert.equal(await (await answer).text(), "cut");
  assert.equal(await stopped, false);
});

Deno.test("lets two services share a port", async () => {
  const first = makeHttp();
  const one = first.listen();
  const port = Number(new URL(one.url).port);
  const two = makeHttp({ http: { port } }).listen();
  assert.equal(two.url, one.url);
  await one.stop("test");
  await (await fetch(`${two.url}/health/live`)).body?.cancel();
  await two.stop("test");
});

Deno.test("says what to do when the address can't be listened on", () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = taken.addr.port;
  const service = makeHttp({ http: { port } });
  assert.throws(() => service.listen(), /Cannot listen on 127\.0\.0\.1:\d+: another program does/);
  taken.close();
});

/** The slow service as a process of its own. */
async function child(): Promise<{
  readonly url: string;
  readonly process: Deno.ChildProcess;
  /** Resolves when it has printed this. */
  until(text: string): Promise<void>;
  printed(): string;
}> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", "tests/fixtures/slow_service.ts"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let printed = "";
  let wake = () => {};
  (async () => {
    for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
      printed += text;
      wake();
    }
    wake();
  })();
  const until = async (text: string) => {
    while (!printed.includes(text)) await new Promise<void>((resolve) => wake = resolve);
  };
  await until("\n");
  return { url: printed.trim(), process, until, printed: () => printed };
}

Deno.test("ends with 0 on SIGTERM, after the answer to what ran", async () => {
  const { url, process, until, printed } = await child();
  const answer = fetch(`${url}/mcp`, { method: "POST", body: "400" });
  await until("began");
  process.kill("SIGTERM");
  assert.equal(await (await answer).text(), "answered");
  assert.equal((await process.status).code, 0);
  assert.match(printed(), /drained true/);
});

Deno.test("ends at once on a second signal", async () => {
  const { url, process, until, printed } = await child();
  const answer = fetch(`${url}/mcp`, { method: "POST", body: "60000" }).catch(() => "cut");
  await until("began");
  const began = performance.now();
  process.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.kill("SIGINT");
  await process.status;
  assert.ok(performance.now() - began < 2000);
  assert.match(printed(), /drained false/);
  await answer;
});

Deno.test("ends with 0 when what runs outlasts the limit", async () => {
  const { url, process, until, printed } = await child();
  const answer = fetch(`${url}/mcp`, { method: "POST", body: "60000" }).catch(() => "cut");
  await until("began");
  process.kill("SIGTERM");
  assert.equal((await process.status).code, 0);
  assert.match(printed(), /drained false/);
  assert.equal(await answer, "cut");
});

Deno.test("names its own address, whatever the request line says", async () => {
  const authenticate = () => Promise.reject(new AuthRefusal(401, null, "No token.", "no token"));
  await serving({ authenticate }, async ({ url }) => {
    const line = "POST http://elsewhere.example/mcp HTTP/1.1";
    const got = await raw(url, [`${line}\r\nHost: localhost:81\r\nContent-Length: 0\r\n\r\n`], 300);
    assert.match(got, /^HTTP\/1\.1 401 /);
    assert.match(got, /resource_metadata="http:\/\/localhost:81\//);
    assert.doesNotMatch(got, /elsewhere/);
  });
});
