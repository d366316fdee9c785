import assert from "node:assert/strict";
import { ResultBudget } from "../../../../src/drivers/analytics/result_budget.ts";

const MB = 1024 * 1024;

/** Whether a promise is settled by now. */
async function isOver(wait: Promise<void> | null): Promise<boolean> {
  if (wait === null) return true;
  return await Promise.race([wait.then(() => true), Promise.resolve().then(() => false)]);
}

Deno.test("answers grow at once while all hold less than the limit", () => {
  const budget = new ResultBudget(100 * MB);
  const [first, second] = [budget.join(), budget.join()];
  assert.equal(first.hold(60 * MB), null);
  assert.equal(second.hold(40 * MB), null);
});

Deno.test("over the limit all wait but the first, which may grow beyond it", async () => {
  const budget = new ResultBudget(100 * MB);
  const [first, second, third] = [budget.join(), budget.join(), budget.join()];
  first.hold(50 * MB);
  second.hold(40 * MB);
  const wait = third.hold(20 * MB);
  assert.notEqual(wait, null);
  assert.equal(first.hold(500 * MB), null);
  const waitToo = second.hold(41 * MB);
  assert.deepEqual([await isOver(wait), await isOver(waitToo)], [false, false]);
  first.end();
  // 61 are held by now, so that both go on.
  assert.deepEqual([await isOver(wait), await isOver(waitToo)], [true, true]);
});

Deno.test("once the first has ended the next in line may grow without limit, and only that", async () => {
  const budget = new ResultBudget(100 * MB);
  const [first, second, third] = [budget.join(), budget.join(), budget.join()];
  first.hold(10 * MB);
  const waitOfThird = third.hold(400 * MB);
  const waitOfSecond = second.hold(200 * MB);
  first.end();
  assert.deepEqual([await isOver(waitOfSecond), await isOver(waitOfThird)], [true, false]);
  second.end();
  assert.equal(await isOver(waitOfThird), true);
});

Deno.test("an answer that is given up frees what it held, and what waits for it", async () => {
  const budget = new ResultBudget(100 * MB);
  const [first, second, third] = [budget.join(), budget.join(), budget.join()];
  first.hold(90 * MB);
  const givenUp = second.hold(90 * MB);
  const wait = third.hold(5 * MB);
  assert.equal(await isOver(wait), false);
  second.end();
  second.end();
  assert.deepEqual([await isOver(givenUp), await isOver(wait)], [true, true]);
});

Deno.test("an answer that is small waits for nobody", () => {
  const budget = new ResultBudget(100 * MB);
  const [first, second] = [budget.join(), budget.join()];
  first.hold(500 * MB);
  assert.equal(second.hold(MB), null);
  assert.notEqual(second.hold(MB + 1), null);
});

Deno.test("what an answer held is free when it is read, and when that failed", async () => {
  const budget = new ResultBudget(100 * MB);
  const read = (fails: boolean) =>
    budget.during((hold) => {
      assert.equal(hold(90 * MB), null);
      return fails ? Promise.reject(new Error("lost")) : Promise.resolve("rows");
    });
  assert.equal(await read(false), "rows");
  await assert.rejects(read(true), /lost/);
  budget.join();
  assert.equal(budget.join().hold(90 * MB), null);
});
