/** What a script that writes sends, and what it says where something goes wrong, and when. */
import assert from "node:assert/strict";
import type { Statement, WriteResult } from "../../../../src/drivers/analytics/engine.ts";
import { ConnectionLost } from "../../../../src/drivers/analytics/failures.ts";
import {
  type Speaking,
  writeScript,
} from "../../../../src/drivers/analytics/postgresql/write_script.ts";
import { ServiceError } from "../../../../src/errors.ts";

const LIMITS = { timeoutMs: 1000, maxRows: 5, maxBytes: 1000, schema: "public" };
const SCRIPT = ["INSERT 1", "DELETE 2"].map((sql): Statement => ({
  ...{ sql, parameters: [], plannedTypes: null, hideServerWords: false },
}));
const LOST = Object.assign(new Error("gone"), { code: "CONNECTION_CLOSED" });
const BEGIN = "begin read write; set local statement_timeout = 1000; " +
  'set local search_path = "public"';

/** A connection that remembers what it was told; `fails` says what goes wrong at which text. */
function connection(fails: Readonly<Record<string, Error | "truncated">> = {}) {
  const sent: string[] = [];
  let usable = true;
  const hear = (text: string) => {
    sent.push(text);
    const fault = fails[text.split(" ")[0]!];
    if (!(fault instanceof Error)) return fault;
    if (fault === LOST) usable = false;
    throw fault;
  };
  const speaking: Speaking = {
    say: (text) =>
      Promise.resolve().then(() => ({
        command: hear(text) === undefined ? text.toUpperCase() : "ROLLBACK",
      })),
    read: ({ sql }) =>
      Promise.resolve().then(() => {
        const truncated = hear(sql) === "truncated";
        return { truncated, affected: 1 } as WriteResult;
      }),
    isUsable: () => usable,
    giveUp: () => {
      usable = false;
      sent.push("(closed)");
    },
  };
  return { speaking, sent };
}

async function refusal(work: Promise<unknown>): Promise<ServiceError> {
  const fault = await work.then(() => null, (error) => error);
  assert.ok(fault instanceof ServiceError, String(fault));
  return fault;
}

const refused = (code: string, message = "words") => Object.assign(new Error(message), { code });

Deno.test("all statements run in one transaction, which is committed", async () => {
  const { speaking, sent } = connection();
  const results = await writeScript(SCRIPT, LIMITS, speaking);
  assert.deepEqual(results.map(({ affected }) => affected), [1, 1]);
  assert.deepEqual(sent, [BEGIN, "INSERT 1", "DELETE 2", "commit"]);
});

Deno.test("a connection that was dead before may be replaced: nothing was sent", async () => {
  const { speaking, sent } = connection({ begin: LOST });
  assert.ok(await refusal(writeScript(SCRIPT, LIMITS, speaking)) instanceof ConnectionLost);
  assert.deepEqual(sent, [BEGIN, "(closed)"]);
});

Deno.test("one that is lost later is not, and nothing was written", async () => {
  const { speaking, sent } = connection({ DELETE: new ConnectionLost(LOST) });
  const fault = await refusal(writeScript(SCRIPT, LIMITS, speaking));
  assert.ok(!(fault instanceof ConnectionLost));
  assert.deepEqual([fault.type, /Nothing was written\.$/.test(fault.message)], [
    "unavailable",
    true,
  ]);
  assert.ok(!sent.includes("commit"));
});

Deno.test("one that is lost while it is committed leaves open whether it was", async () => {
  const { speaking, sent } = connection({ commit: LOST });
  const fault = await refusal(writeScript(SCRIPT, LIMITS, speaking));
  assert.ok(!(fault instanceof ConnectionLost));
  assert.equal(fault.type, "unavailable");
  assert.match(fault.message, /may have been done or not/);
  assert.equal(sent.at(-1), "(closed)");
});

Deno.test("what the server refuses is rolled back, also at the end", async () => {
  const early = connection({ INSERT: new ServiceError("conflict", "It breaks a constraint.") });
  const first = await refusal(writeScript(SCRIPT, LIMITS, early.speaking));
  assert.equal(first.message, "It breaks a constraint. Nothing was written.");
  assert.deepEqual(early.sent, [BEGIN, "INSERT 1", "rollback"]);
  const deferred = connection({ commit: refused("23505", "duplicate key") });
  const last = await refusal(writeScript(SCRIPT, LIMITS, deferred.speaking));
  assert.equal(last.type, "conflict");
  assert.match(last.message, /duplicate key\. Nothing was written\./);
});

Deno.test("a commit that the server answers with a rollback is no success", async () => {
  const { speaking } = connection({ commit: "truncated" as const });
  assert.equal((await refusal(writeScript(SCRIPT, LIMITS, speaking))).type, "internal");
});

Deno.test("more rows than the limit write nothing", async () => {
  const { speaking, sent } = connection({ INSERT: "truncated" });
  const fault = await refusal(writeScript(SCRIPT, LIMITS, speaking));
  assert.equal(fault.type, "too_large");
  assert.ok(!sent.includes("commit"));
});

Deno.test("who goes away before the commit leaves nothing behind, and after it everything", async () => {
  const gone = new AbortController();
  const { speaking, sent } = connection();
  const leaving: Speaking = {
    ...speaking,
    read: (statement) => {
      if (statement === SCRIPT[1]) gone.abort(new Error("left"));
      return speaking.read(statement);
    },
  };
  const limits = { ...LIMITS, signal: gone.signal };
  await assert.rejects(writeScript(SCRIPT, limits, leaving), /left/);
  assert.deepEqual(sent.slice(-1), ["rollback"]);
  const late = new AbortController();
  const committing = connection();
  await writeScript(SCRIPT, { ...LIMITS, signal: late.signal }, {
    ...committing.speaking,
    say: (text, within) => {
      if (text === "commit") late.abort(new Error("left"));
      assert.equal(text === "commit" ? within.signal : undefined, undefined);
      return committing.speaking.say(text, within);
    },
  });
});

Deno.test("what a trigger or another table's key says is not told", async () => {
  const words = "SECRET of another table";
  for (const more of [{ code: "P0001", where: "PL/pgSQL function f()" }, { code: "23503" }]) {
    const { speaking } = connection({ commit: Object.assign(new Error(words), more) });
    const fault = await refusal(writeScript(SCRIPT, LIMITS, speaking));
    assert.doesNotMatch(JSON.stringify(fault.body()), /SECRET/);
    assert.equal(fault.details?.code, more.code);
  }
});
