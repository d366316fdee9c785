/** Puts the data part together: engines, grammars, guard and post-processing, imported when first used. */
import type { Config } from "../config.ts";
import { DataService } from "../data/data_service.ts";
import { jinjaTemplates } from "../data/jinja_templates.ts";
import { DEMO_ANALYTICS_URI } from "../demo/settings.ts";
import { AnalyticsDatabases } from "../drivers/analytics/connections.ts";
import { makeAddressGuard } from "../drivers/address_guard.ts";
import { hostResolver } from "../drivers/resolve_host.ts";

/** As long as a call may take at all; a database's own settings may say less. */
const QUERY_TIMEOUT_MS = 55_000;

/** The most that one answer of a database may hold, in bytes as the server sends them. */
const MAX_RESULT_BYTES = 64 * 1024 * 1024;

/** Superset's default, which is no setting here. */
const SAMPLES_ROW_LIMIT = 1000;

/** Connects to nothing before a query asks for it. */
export async function openData(config: Config, now: () => number): Promise<DataService> {
  return new DataService({
    analytics: new AnalyticsDatabases({
      secretKey: config.secretKey?.reveal() ?? null,
      metadataUri: config.metadata.kind === "uri" ? config.metadata.uri.reveal() : null,
      resolve: hostResolver(makeAddressGuard()),
      readFile: (path) => Deno.readTextFileSync(path),
      now,
      demo: config.metadata.kind === "demo" ? await demoTables(now) : null,
    }),
    makeTemplates: jinjaTemplates({
      enabled: config.featureFlags.ENABLE_TEMPLATE_PROCESSING === true,
      now,
    }),
    functions: config.sqlLab.functions,
    cache: config.cache,
    limits: {
      rowLimit: config.rows.limit,
      samplesRowLimit: SAMPLES_ROW_LIMIT,
      maxRows: config.rows.max,
      timeoutMs: QUERY_TIMEOUT_MS,
      maxBytes: MAX_RESULT_BYTES,
    },
    now,
  });
}

async function demoTables(now: () => number) {
  const { openDemoAnalytics } = await import("../demo/demo.ts");
  const { memoryDatabase } = await import("../drivers/analytics/sqlite/memory_database.ts");
  return { uri: DEMO_ANALYTICS_URI, tables: () => memoryDatabase(openDemoAnalytics(now())) };
}
