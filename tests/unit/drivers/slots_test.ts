/** A bound on what runs at once: turns in order, and nobody who waits for ever. */
import assert from "node:assert/strict";
import { Slots } from "../../../src/drivers/slots.ts";

Deno.test("lets as many run as it may, and the next in the order they came", async () => {
  const slots = new Slots(2, 1000, "the thing");
  assert.equal(slots.acquire(), undefined);
  assert.equal(slots.acquire(), undefined);
  const order: number[] = [];
  const third = Promise.resolve(slots.acquire()).then(() => order.push(3));
  const fourth = Promise.resolve(slots.acquire()).then(() => order.push(4));
  assert.deepEqual([slots.active, slots.waiting], [2, 2]);
  slots.release();
  await third;
  assert.deepEqual(order, [3]);
  assert.equal(slots.active, 2);
  slots.release();
  await fourth;
  assert.deepEqual(order, [3, 4]);
  slots.release();
  slots.release();
  assert.deepEqual([slots.active, slots.waiting], [0, 0]);
});

Deno.test("refuses who waited too long, by name, and gives the turn to the next", async () => {
  const slots = new Slots(1, 20, "the thing");
  void slots.acquire();
  await assert.rejects(Promise.resolve(slots.acquire()), {
    type: "unavailable",
    message: "No connection to the thing came free within 0.02 s.",
  });
  assert.equal(slots.waiting, 0);
  slots.release();
  assert.equal(slots.acquire(), undefined);
});
