import assert from "node:assert/strict";
import { ConnectionLife } from "../../../../src/drivers/analytics/connection_life.ts";

const forever = () => new Promise<never>(() => {});

Deno.test("work on a connection ends as it ends", async () => {
  const life = new ConnectionLife();
  assert.equal(await life.during(Promise.resolve(1)), 1);
  await assert.rejects(life.during(Promise.reject(new Error("refused"))), /refused/);
});

Deno.test("what runs when a connection is lost fails with the loss, and all that follows too", async () => {
  const life = new ConnectionLife();
  const running = [life.during(forever()), life.during(forever())];
  life.end(new Error("lost"));
  life.end(new Error("lost again"));
  for (const one of [...running, life.during(forever())]) await assert.rejects(one, /lost$/);
});

Deno.test("work that fails after the loss fails for nobody", async () => {
  const life = new ConnectionLife();
  const work = Promise.withResolvers<void>();
  const running = life.during(work.promise);
  life.end(new Error("lost"));
  await assert.rejects(running, /lost$/);
  work.reject(new Error("late"));
  await new Promise((resolve) => setTimeout(resolve));
});
