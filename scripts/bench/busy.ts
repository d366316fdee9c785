/** Quick calls while slow queries hold every connection to the analytics database. */
import { run } from "../../tests/support/programs.ts";
import { callCase } from "./cases.ts";
import { addSleepingDataset, SLEEPING_VIEW } from "./data_place.ts";
import { type Figures, measureOne } from "./measure.ts";
import type { Place } from "./places.ts";
import type { LoadProcess, Server } from "./processes.ts";

export interface Busy {
  /** How many connections the slow queries held. */
  readonly held: number;
  readonly clients: number;
  /** The quick calls before, and meanwhile. */
  readonly before: Figures;
  readonly meanwhile: Figures;
}

/** One person gets no more than four of the five. */
const SLEEPERS = ["admin", "admin", "admin", "admin", "amy_alpha"];
const CLIENTS = 8;
const WAIT_MS = 10_000;

/** @param service of the place, without its cache */
export async function measureBusy(
  place: Place,
  service: Server,
  load: LoadProcess,
  user: string,
  seconds: number,
): Promise<Busy> {
  const dataset = await addSleepingDataset(place.metadata, place.analytics);
  const quick = await callCase("list_charts", user, "list_charts", [{}]);
  const turn = () => measureOne(service, load, quick, CLIENTS, seconds);
  await turn();
  const before = await turn();
  const over = new AbortController();
  const asleep = SLEEPERS.map((sleeper, at) =>
    sleep(service.url, dataset, sleeper, at, over.signal)
  );
  try {
    const held = await untilHeld(place.analytics, SLEEPERS.length);
    return { held, clients: CLIENTS, before, meanwhile: await turn() };
  } finally {
    over.abort();
    await Promise.all(asleep);
  }
}

async function sleep(
  url: string,
  dataset: number,
  user: string,
  at: number,
  signal: AbortSignal,
): Promise<void> {
  // Another limit each, so that none is another's answer.
  const args = { identifier: dataset, columns: ["name"], row_limit: at + 1 };
  const { requests: [request] } = await callCase("sleep", user, "query_dataset", [args]);
  const { method, path, headers, body } = request!;
  try {
    const response = await fetch(url + path, { method, headers, body, signal });
    await response.text();
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/** @returns how many slow queries run, once they are so many or have had their time */
async function untilHeld(analytics: string, wanted: number): Promise<number> {
  const count = `select count(*) from pg_stat_activity where state = 'active'
    and query like '%${SLEEPING_VIEW}%' and pid <> pg_backend_pid()`;
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const held = Number(await run("psql", "-qXAt", analytics, "-c", count));
    if (held >= wanted || Date.now() > deadline) return held;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
