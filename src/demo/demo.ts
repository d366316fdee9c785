/**
 * The embedded demo workspace: what the service serves where no metadata database is named. Two
 * SQLite databases in memory, made anew at each start from a seed and the day.
 */
import { DatabaseSync } from "node:sqlite";
import { openAnalytics } from "./analytics.ts";
import { type DemoUser, USERS } from "./people.ts";
import { writeWorkspace } from "./workspace.ts";

export type { DemoUser } from "./people.ts";
export { DEMO_ANALYTICS_URI, DEMO_FEATURE_FLAGS, DEMO_USERNAME } from "./settings.ts";

export interface Demo {
  /** Superset's metadata schema, filled. */
  readonly metadata: DatabaseSync;
  /** The data of the datasets; made when first asked for, as browsing needs none of it. */
  readonly analytics: DatabaseSync;
  readonly users: readonly DemoUser[];
  close(): void;
}

const SEED = "lindgrove";

/**
 * @param now milliseconds since 1970; its UTC day decides every time and row
 * @param seed another seed gives other rows, the same objects and people
 */
export function openDemo(now: number, seed: string = SEED): Demo {
  const metadata = new DatabaseSync(":memory:");
  writeWorkspace(metadata, now);
  let analytics: DatabaseSync | null = null;
  return {
    metadata,
    get analytics() {
      return analytics ??= openAnalytics(now, seed);
    },
    users: USERS,
    close: () => {
      metadata.close();
      analytics?.close();
    },
  };
}

/** The demo's data alone, for a thread of its own: equal to `openDemo(now).analytics`. */
export function openDemoAnalytics(now: number): DatabaseSync {
  return openAnalytics(now, SEED);
}
