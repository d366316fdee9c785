import assert from "node:assert/strict";
import { ResultBudget } from "../../../../src/drivers/analytics/result_budget.ts";

/** Whether a promise is settled by now. */
async function isOver(wait: Promise<void> | null): Promise<boolean> {
  if (wait === null) return true;
  return await Promise.race([wait.then(() => true), Promise.resolve().then(() => false)]);
}

Deno.test("answers grow at once while all hold less than the limit", () => {
  const budget = new ResultBudget(100);
  const [first, second] = [budget.join(), budget.join()];
  assert.equal(first.hold(60), null);
  assert.equal(second.hold(40), null);
});

Deno.test("over the limit all wait but the first, which may grow beyond it", async () => {
  const budget = new ResultBudget(100);
  const [first, second, third] = [budget.join(), budget.join(), budget.join()];
  first.hold(50);
  second.hold(40);
  const wait = third.hold(20);
  assert.notEqual(wait, null);
  assert.equal(first.hold(500), null);
  const waitToo = second.hold(41);
  assert.deepEqual([await isOver(wait), await isOver(waitToo)], [false, false]);
  first.end();
  // 61 are held by now, so that both go on.
  assert.deepEqual([await isOver(wait), await isOver(waitToo)], [true, true]);
});

Deno.test("once the first has ended the next in line may grow without limit, and only that", async () => {
  const budget = new ResultBudget(100);
  const [first, second, third] = [budget.join(), budget.join(), budget.join()];
  first.hold(10);
  const waitOfThird = third.hold(400);
  const waitOfSecond = second.hold(200);
  first.end();
  assert.deepEqual([await isOver(waitOfSecond), await isOver(waitOfThird)], [true, false]);
  second.end();
  assert.equal(await isOver(waitOfThird), true);
});

Deno.test("an answer that is given up frees what it held, and what waits for it", async () => {
  const budget = new ResultBudget(100);
  const [first, second, third] = [budget.join(), budget.join(), budget.join()];
  first.hold(90);
  const givenUp = second.hold(90);
  const wait = third.hold(5);
  assert.equal(await isOver(wait), false);
  second.end();
  second.end();
  assert.deepEqual([await isOver(givenUp), await isOver(wait)], [true, true]);
});
