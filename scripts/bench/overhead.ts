/**
 * What the service adds to a query, in this process: the same SQL through the bare driver and through
 * the service in turn, and the service's steps one by one.
 */
import postgres from "postgres";
import { connectionSettingsFor } from "./places.ts";
import { PIE } from "./data_cases.ts";
import { median } from "./measure.ts";
import type { Command } from "../../src/commands/define_command.ts";
import { loadConfig } from "../../src/config.ts";
import { queryDialects } from "../../src/data/dialects.ts";
import { answerColumns, namedAsPlanned } from "../../src/data/result_frame.ts";
import { AnalyticsDatabases } from "../../src/drivers/analytics/connections.ts";
import { makeAddressGuard } from "../../src/drivers/address_guard.ts";
import { hostResolver } from "../../src/drivers/resolve_host.ts";
import { chartQueryContext } from "../../src/query/charts/chart_query_context.ts";
import { rowsOf } from "../../src/query/answer/rows.ts";
import { guard } from "../../src/query/guard/guard.ts";
import { normalizeFrame } from "../../src/query/plan/normalize_frame.ts";
import { planQuery } from "../../src/query/plan/plan_query.ts";
import { DEFAULT_LIMITS } from "../../src/query/plan/planning.ts";
import { postProcess } from "../../src/query/post_processing/post_process.ts";
import { openAuthenticator, openData, openMetadata } from "../../src/state/parts.ts";
import { getChartData } from "../../src/tools/data/get_chart_data.ts";

export interface Overhead {
  /** Medians, in milliseconds. */
  readonly bareMs: number;
  readonly callMs: number;
  /** Of the differences between a call and the bare query before it. */
  readonly addedMs: number;
  readonly steps: readonly { readonly name: string; readonly ms: number }[];
  readonly times: number;
}

const WARM_UP = 200;

/**
 * @param metadata URL of the metadata database
 * @param analytics URL of the pie's database
 * @param sql the pie's own statement
 */
export async function measureOverhead(
  metadata: string,
  analytics: string,
  sql: string,
  times: number,
): Promise<Overhead> {
  const bare = postgres(analytics, { max: 1 });
  const service = await openService(metadata);
  try {
    const bareMs: number[] = [];
    const callMs: number[] = [];
    const steps = new Map<string, number[]>();
    for (let turn = -WARM_UP; turn < times; turn++) {
      const query = await timed(() => bare.unsafe(sql, [], { prepare: true }));
      const call = await timed(service.call);
      const taken = await service.steps();
      if (turn < 0) continue;
      bareMs.push(query);
      callMs.push(call);
      for (const [name, ms] of taken) steps.set(name, [...steps.get(name) ?? [], ms]);
    }
    return {
      bareMs: median(bareMs),
      callMs: median(callMs),
      addedMs: median(callMs.map((ms, turn) => ms - bareMs[turn]!)),
      steps: [...steps].map(([name, all]) => ({ name, ms: median(all) })),
      times,
    };
  } finally {
    await service.close();
    await bare.end();
  }
}

async function openService(metadataUrl: string) {
  const now = () => Date.now();
  const config = loadConfig({
    env: {
      ...connectionSettingsFor(metadataUrl),
      MCP_DEV_USERNAME: "admin",
      MCP_CACHE_ENABLED: "false",
    },
    readFile: Deno.readTextFileSync,
    demo: { username: "", featureFlags: {} },
  });
  const nothing = () => {};
  const opened = await openMetadata(config, nothing, now);
  const { metadata, commands, queries } = opened;
  const data = await openData(config, now);
  const caller = await (await openAuthenticator(config, metadata, nothing, now)).authenticate(null);
  const dao = await metadata.dao();
  const databases = new AnalyticsDatabases({
    secretKey: config.secretKey?.reveal() ?? null,
    metadataUri: metadataUrl,
    resolve: hostResolver(makeAddressGuard()),
    readFile: Deno.readTextFileSync,
    now,
  });
  const { signal } = new AbortController();
  const context = {
    caller,
    dao,
    data: () => Promise.resolve(data),
    command: <In, Out>(command: Command<In, Out>, input: In) =>
      commands.run(command, caller, input),
    queries,
    config,
    now,
    startedAt: now(),
    signal,
    mayRead: () => true,
    writing: () => "service_reads_only" as const,
    links: null,
    progress: nothing,
  };
  const dialect = queryDialects()("postgresql");
  const parser = await dialect.parser();
  const naming = { catalog: "", schema: "public", fold: dialect.fold({ ignoresCase: false }) };

  async function steps(): Promise<ReadonlyMap<string, number>> {
    const taken = new Map<string, number>();
    const step = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
      const began = performance.now();
      const made = await work();
      taken.set(name, performance.now() - began);
      return made;
    };
    const found = await step(
      "chart, dataset, database and rules",
      () => dao.sources.chart(caller, PIE, null),
    );
    const { chart, data: source } = found!;
    const { dataset, bound } = source!;
    const query = await step("query context", () => {
      const params = { ...chart.params, viz_type: chart.vizType };
      const saved = { params, queryContext: chart.queryContext };
      return chartQueryContext(saved, dataset, { force: false }).queries[0]!;
    });
    const moment = new Date(now());
    const planned = await step("plan", () =>
      planQuery(query, dataset, {
        dialect,
        parser,
        render: (text) => text,
        now: moment,
        resultType: "full",
        limits: DEFAULT_LIMITS,
      }));
    const plan = await step("guard", () =>
      guard(planned, {
        parser,
        naming,
        policies: [],
        dataset: {
          datasetId: dataset.id,
          table: { catalog: dataset.catalog, schema: dataset.schema, table: dataset.tableName },
          virtual: false,
          rules: [],
        },
      }));
    const result = await step("run", () =>
      databases.open(bound!.database).run(plan, {
        asker: "bench",
        timeoutMs: 55_000,
        maxRows: DEFAULT_LIMITS.maxRows,
        maxBytes: 64 * 2 ** 20,
        signal,
        schema: "public",
      }));
    const frame = await step("post-process", () =>
      postProcess(
        normalizeFrame(namedAsPlanned(result, planned), query, dataset, moment),
        query.post_processing ?? [],
      ));
    await step("answer", () => {
      const columns = answerColumns(frame, result, planned, dataset);
      return JSON.stringify(rowsOf(frame, columns, 0, frame.rowCount));
    });
    return taken;
  }

  return {
    call: () => getChartData.handle({ identifier: PIE }, context),
    steps,
    async close() {
      await Promise.all([data.close(), databases.close(), opened.close()]);
    },
  };
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
