import assert from "node:assert/strict";
import type { Observation } from "../../../src/observe/observation.ts";
import { observeStrayFaults } from "../../../src/observe/stray_faults.ts";

Deno.test("tells of a rejection that nobody handles, and the process lives on", async () => {
  const facts: Observation[] = [];
  const forget = observeStrayFaults((fact) => void facts.push(fact));
  void Promise.reject(new Error("nobody waits"));
  await new Promise((resolve) => setTimeout(resolve, 10));
  forget();
  assert.equal(facts.length, 1);
  assert.ok(facts[0]?.kind === "notice" && facts[0].level === "error");
});

Deno.test("tells of an error thrown in a timer, and the process lives on", async () => {
  const facts: Observation[] = [];
  const forget = observeStrayFaults((fact) => void facts.push(fact));
  setTimeout(() => {
    throw new Error("in a timer");
  }, 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  forget();
  assert.equal(facts.length, 1);
});
