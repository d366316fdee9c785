import assert from "node:assert/strict";
import { type Waiter, WaitingLine } from "../../../../src/drivers/analytics/waiting_line.ts";

const LIMITS = { queue: 4, queueOfOne: 3, share: 2, mayHold: () => true };

function aLine(...askers: (string | null)[]): WaitingLine<Waiter> {
  const line = new WaitingLine<Waiter>(LIMITS);
  for (const asker of askers) line.join({ asker });
  return line;
}

/** Calls everyone up who may hold a connection, and gives who they were. */
function called(line: WaitingLine<Waiter>): (string | null)[] {
  const order = [];
  for (let next = line.next(); next !== null; next = line.next()) {
    line.leave(next);
    line.took(next.asker);
    order.push(next.asker);
  }
  return order;
}

/** Who waits, in the order of their coming; in which order their turns come. */
const ORDERS: readonly (readonly [(string | null)[], (string | null)[]])[] = [
  [["a", "b", "c"], ["a", "b", "c"]],
  [["a", "a", "b"], ["a", "b", "a"]],
  [["a", "a", "a", "b"], ["a", "b", "a"]],
  [["a", null, "b"], [null, "a", "b"]],
];

for (const [askers, order] of ORDERS) {
  Deno.test(`${askers.join(", ")} have their turns as ${order.join(", ")}`, () => {
    assert.deepEqual(called(aLine(...askers)), order);
  });
}

Deno.test("whoever gives one back has a turn again", () => {
  const line = aLine("a", "a", "a");
  assert.deepEqual(called(line), ["a", "a"]);
  assert.equal(line.mayHold("a"), false);
  line.gave("a");
  assert.deepEqual(called(line), ["a"]);
  assert.equal(line.size, 0);
});

Deno.test("who leaves has no turn, and leaves once only", () => {
  const line = aLine("a");
  const waiter = { asker: "b" };
  line.join(waiter);
  line.leave(waiter);
  line.leave(waiter);
  assert.equal(line.size, 1);
  assert.deepEqual(called(line), ["a"]);
});

/** Who waits, who joins, and who must leave for which reason. */
const OVERFULL: readonly (readonly [string[], string, string | null, string?])[] = [
  [["a", "a", "b"], "a", null],
  [["a", "a", "a"], "a", "a", "own"],
  [["a", "a", "a", "b"], "b", "a", "own"],
  [["a", "b", "c", "d"], "e", "e", "all"],
];

for (const [askers, joins, leaves, because] of OVERFULL) {
  Deno.test(`${joins} joins ${askers.join(", ")}: ${leaves ?? "nobody"} must leave`, () => {
    const line = aLine(...askers);
    const waiter = { asker: joins };
    line.join(waiter);
    const over = line.overfull(waiter);
    assert.deepEqual([over?.waiter.asker ?? null, over?.because], [leaves, because]);
  });
}
