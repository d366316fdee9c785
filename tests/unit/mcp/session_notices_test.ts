import assert from "node:assert/strict";
import { createMemoryBus } from "../../../src/mcp/bus.ts";
import type { Session } from "../../../src/mcp/session_id.ts";
import { createSessionNotices } from "../../../src/mcp/session_notices.ts";

function aSession(id: string): Session {
  return { id, version: "2025-11-25", capabilities: {}, expiresAt: Number.MAX_SAFE_INTEGER };
}

/** The messages of a stream, once it has closed. */
async function messages(response: Response | null): Promise<unknown[]> {
  const text = await response?.text() ?? assert.fail("no stream");
  return text.split("\n").filter((line) => line.startsWith("data: ")).map((line) =>
    JSON.parse(line.slice("data: ".length))
  );
}

const UPDATED = (uri: string) => ({ kind: "resource_updated", uri }) as const;

Deno.test("a session's stream carries the updates it subscribed to, from any process", async () => {
  const bus = createMemoryBus();
  const [one, two] = [createSessionNotices(bus, "one"), createSessionNotices(bus, "two")];
  const session = aSession("s");
  const heard = messages(one.openStream(session, "me"));
  two.of(session).subscribe("test://a");
  two.of(aSession("other")).subscribe("test://b");
  two.announce(UPDATED("test://a"));
  two.announce(UPDATED("test://b"));
  two.announce({ kind: "prompts_list_changed" });
  two.of(session).unsubscribe("test://a");
  two.announce(UPDATED("test://a"));
  one.close();
  assert.deepEqual(await heard, [
    { jsonrpc: "2.0", method: "notifications/resources/updated", params: { uri: "test://a" } },
    { jsonrpc: "2.0", method: "notifications/prompts/list_changed" },
  ]);
});

Deno.test("only the newest stream of a session hears, wherever it was opened", async () => {
  const bus = createMemoryBus();
  const [one, two] = [createSessionNotices(bus, "one"), createSessionNotices(bus, "two")];
  const first = messages(one.openStream(aSession("s"), "me"));
  const second = messages(one.openStream(aSession("s"), "me"));
  const third = messages(two.openStream(aSession("s"), "me"));
  one.announce({ kind: "tools_list_changed" });
  two.close();
  one.close();
  assert.deepEqual([await first, await second], [[], []]);
  assert.equal((await third).length, 1);
});

Deno.test("streams, sessions and subscriptions are bounded", async () => {
  const limits = { sessions: 2, urisOfSession: 2, streams: 1, streamsOfOwner: 1 };
  const notices = createSessionNotices(createMemoryBus(), "one", limits);
  const open = notices.openStream(aSession("a"), "me");
  assert.equal(notices.openStream(aSession("b"), "me"), null);

  notices.of(aSession("a")).subscribe("test://1");
  notices.of(aSession("a")).subscribe("test://2");
  assert.throws(() => notices.of(aSession("a")).subscribe("test://3"), /No more than 2/);

  for (const id of ["a", "b", "c"]) notices.of(aSession(id)).setLevel("error");
  const levels = ["a", "b", "c"].map((id) => notices.levelOf(aSession(id)));
  assert.deepEqual(levels, [undefined, "error", "error"]);
  notices.close();
  await messages(open);
});

Deno.test("one person can't take all the streams", async () => {
  const limits = { sessions: 9, urisOfSession: 9, streams: 9, streamsOfOwner: 2 };
  const notices = createSessionNotices(createMemoryBus(), "one", limits);
  const opened = ["a", "b", "c", "b"].map((id) => notices.openStream(aSession(id), "me"));
  assert.deepEqual(opened.map((stream) => stream !== null), [true, true, false, true]);
  const others = notices.openStream(aSession("d"), "you");
  assert.ok(others);
  notices.close();
  for (const stream of [...opened, others]) await stream?.text();
});

Deno.test("a client that goes away frees its stream", async () => {
  const limits = { sessions: 2, urisOfSession: 2, streams: 1, streamsOfOwner: 1 };
  const notices = createSessionNotices(createMemoryBus(), "one", limits);
  await notices.openStream(aSession("a"), "me")?.body?.cancel();
  const next = notices.openStream(aSession("b"), "me");
  assert.ok(next);
  notices.close();
  await next.text();
});

Deno.test("without a session there is nothing to keep a level for", () => {
  const notices = createSessionNotices(createMemoryBus(), "one");
  assert.throws(() => notices.of(undefined), /send 'initialize' first/);
  assert.equal(notices.levelOf(undefined), undefined);
});
