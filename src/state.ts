/**
 * The single module-level app state: made once by `main`, read by `http` and `mcp`, passed on as
 * an argument below them.
 */
import type { Config } from "./config.ts";
import type { Observer } from "./observe/observation.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Authenticator } from "./auth/authenticate.ts";
import type { Metadata } from "./dao/metadata.ts";

export interface State {
  readonly config: Config;
  readonly observe: Observer;
  readonly metrics: Metrics;
  readonly authenticator: Authenticator;
  readonly metadata: Metadata;
  readonly now: () => number;
  readonly startedAt: number;
  close(): Promise<void>;
}
