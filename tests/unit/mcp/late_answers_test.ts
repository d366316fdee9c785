import assert from "node:assert/strict";
import { LateAnswers } from "../../../src/mcp/late_answers.ts";
import { endOf } from "../../../src/mcp/ongoing.ts";

function failed(fault: unknown): Response {
  return Response.json({ failed: (fault as Error).message }, { status: 500 });
}

/** Answers that are late after 10 ms. */
async function withAnswers(use: (answers: LateAnswers) => Promise<void>): Promise<void> {
  const answers = new LateAnswers(failed, 10);
  try {
    await use(answers);
  } finally {
    answers.close();
  }
}

/** Whether a promise is settled by now. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => over = true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return over;
}

Deno.test("gives an answer that is made in time as it is", async () => {
  await withAnswers(async (answers) => {
    const made = new Response("no", { status: 400 });
    assert.equal(await answers.give(Promise.resolve(made)), made);
    assert.equal(endOf(made), null);
    await assert.rejects(answers.give(Promise.reject(new Error("at once"))), /at once/);
  });
});

Deno.test("opens a body for a late answer, and fills it when it is made", async () => {
  await withAnswers(async (answers) => {
    const making = Promise.withResolvers<Response>();
    const given = await answers.give(making.promise);
    assert.equal(given.status, 200);
    assert.equal(given.headers.get("content-type"), "application/json");
    const over = endOf(given)!;
    assert.equal(await isOver(over), false);
    making.resolve(Response.json({ made: "é" }, { status: 400 }));
    assert.deepEqual(await given.json(), { made: "é" });
    assert.equal(await isOver(over), true);
  });
});

Deno.test("says in the body that making a late answer failed", async () => {
  await withAnswers(async (answers) => {
    const making = Promise.withResolvers<Response>();
    const given = await answers.give(making.promise);
    making.reject(new Error("it broke"));
    assert.deepEqual(await given.json(), { failed: "it broke" });
  });
});

Deno.test("leaves the body of a call empty that is cancelled late", async () => {
  await withAnswers(async (answers) => {
    const making = Promise.withResolvers<Response>();
    const given = await answers.give(making.promise);
    making.resolve(new Response("", { headers: { "content-type": "text/event-stream" } }));
    assert.equal(await given.text(), "");
  });
});

Deno.test("a call whose client left goes on until it ends itself", async () => {
  await withAnswers(async (answers) => {
    const making = Promise.withResolvers<Response>();
    const given = await answers.give(making.promise);
    const over = endOf(given)!;
    await given.body!.cancel();
    assert.equal(await isOver(over), false);
    making.resolve(Response.json({}));
    assert.equal(await isOver(over), true);
  });
});
