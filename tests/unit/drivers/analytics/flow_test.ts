import assert from "node:assert/strict";
import { Flow } from "../../../../src/drivers/analytics/flow.ts";

function watched() {
  const calls: string[] = [];
  const flow = new Flow(() => calls.push("pause"), () => calls.push("resume"));
  return { flow, calls };
}

Deno.test("is held from the first hold to the end of the last, which may fail", async () => {
  const { flow, calls } = watched();
  const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  flow.hold(one.promise);
  flow.hold(other.promise);
  one.reject(new Error("failed"));
  await Promise.resolve();
  assert.deepEqual(calls, ["pause"]);
  other.resolve();
  await other.promise;
  await Promise.resolve();
  assert.deepEqual(calls, ["pause", "resume"]);
});

Deno.test("goes on when the statement is over, and is not held any more", async () => {
  const { flow, calls } = watched();
  const hold = Promise.withResolvers<void>();
  flow.hold(hold.promise);
  flow.stop();
  assert.deepEqual(calls, ["pause", "resume"]);
  hold.resolve();
  await hold.promise;
  flow.hold(Promise.resolve());
  await Promise.resolve();
  assert.deepEqual(calls, ["pause", "resume"]);
});
