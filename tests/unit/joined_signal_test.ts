import assert from "node:assert/strict";
import { joinSignals } from "../../src/joined_signal.ts";

Deno.test("goes off with the first of its signals, with that one's reason", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const signal = joinSignals([one.signal, undefined, other.signal]);
  assert.equal(signal.aborted, false);
  other.abort("the other");
  one.abort("the one");
  assert.equal(signal.reason, "the other");
});

Deno.test("has gone off where one of them had before", () => {
  const signal = joinSignals([new AbortController().signal, AbortSignal.abort("before")]);
  assert.equal(signal.reason, "before");
});

Deno.test("goes off by its own controller too", () => {
  const abort = new AbortController();
  const signal = joinSignals([new AbortController().signal], abort);
  abort.abort("own");
  assert.equal(signal.reason, "own");
});
