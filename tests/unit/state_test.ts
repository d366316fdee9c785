import assert from "node:assert/strict";
import { type Config, loadConfig } from "../../src/config.ts";
import { Metadata } from "../../src/dao/metadata.ts";
import { openState, type StateParts } from "../../src/state.ts";
import { writable } from "../../src/state/metadata_part.ts";
import { openData } from "../../src/state/parts.ts";
import { writesNothing } from "../support/workbench.ts";

interface Opened {
  readonly parts: StateParts;
  readonly counts: { metadata: number; closed: number; authenticators: number };
}

function parts(more: Partial<StateParts> = {}): Opened {
  const counts = { metadata: 0, closed: 0, authenticators: 0 };
  const database = {
    dialect: "sqlite" as const,
    read: () => Promise.resolve([]),
    describe: () => Promise.resolve(new Map()),
    stats: () => ({ active: 0, idle: 0 }),
    close: () => {
      counts.closed += 1;
      return Promise.resolve();
    },
  };
  const given: StateParts = {
    toolNames: [],
    routes: [],
    output: { write: (bytes) => Promise.resolve(bytes.length) },
    now: () => 0,
    openMetadata: async (config) => {
      counts.metadata += 1;
      await Promise.resolve();
      const { cache, supersetUrl } = config;
      const settings = { dashboardRoles: false, rbacEnabled: true };
      const metadata = new Metadata({ database, settings, supersetUrl, cache, now: () => 0 });
      return writable(config, metadata, writesNothing, () => {}, () => 0);
    },
    openData,
    openAuthenticator: () => {
      counts.authenticators += 1;
      return Promise.resolve({ authenticate: () => Promise.reject(new Error("nobody")) });
    },
    ...more,
  };
  return { parts: given, counts };
}

const config: Config = loadConfig({
  env: {},
  readFile: () => "",
  demo: { username: "demo", featureFlags: {} },
});

Deno.test("makes one state for all who ask at the same moment, and closes it once", async () => {
  const { parts: given, counts } = parts();
  const states = await Promise.all(Array.from({ length: 20 }, () => openState(config, given)));
  assert.equal(new Set(states).size, 1);
  assert.equal(await openState(config, given), states[0]);
  await Promise.all(states.map((state) => state.close()));
  assert.deepEqual(counts, { metadata: 1, closed: 1, authenticators: 1 });
});

Deno.test("makes a new state after the last one was closed", async () => {
  const { parts: given } = parts();
  const first = await openState(config, given);
  await first.close();
  const second = await openState(config, given);
  assert.notEqual(first, second);
  await second.close();
});

Deno.test("leaves nothing open when a part can't be made, and tries again when asked", async () => {
  const failing = parts({ openAuthenticator: () => Promise.reject(new Error("bad key")) });
  await assert.rejects(openState(config, failing.parts), /bad key/);
  assert.equal(failing.counts.closed, 1);
  const { parts: given } = parts();
  await (await openState(config, given)).close();
});

Deno.test("makes the data part when it is first asked for, once, and closes it", async () => {
  let made = 0;
  let closed = 0;
  const { parts: given } = parts({
    openData: async (config, now) => {
      made += 1;
      const data = await openData(config, now);
      const close = data.close.bind(data);
      return Object.assign(data, { close: () => close().then(() => void (closed += 1)) });
    },
  });
  const unused = await openState(config, given);
  await unused.close();
  assert.deepEqual([made, closed], [0, 0]);
  const state = await openState(config, given);
  assert.equal(await state.data(), await state.data());
  await state.close();
  assert.deepEqual([made, closed], [1, 1]);
});
