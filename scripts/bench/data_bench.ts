/** Measures the data path: charts' and datasets' rows over HTTP, what is added to a query, memory. */
import { dataAims } from "./aims.ts";
import { CHART_DATA, dataCases, largeReads, pieSql } from "./data_cases.ts";
import { addLargeDataset, renameCatalog } from "./data_place.ts";
import { measureMemory } from "./lifetime.ts";
import { type Bench, measure, type Point } from "./measure.ts";
import { measureOverhead } from "./overhead.ts";
import { type Place, startBare, startService, type Way } from "./places.ts";
import { startLoad } from "./processes.ts";
import * as report from "./report.ts";

export interface DataOptions {
  readonly way: Way;
  readonly user: string;
  readonly clients: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
  readonly minutes: number;
  /** How often each step of the overhead is timed. */
  readonly times: number;
  readonly say: (text: string) => void;
}

const WITHOUT_CACHE = { MCP_CACHE_ENABLED: "false" };

export async function measureData(
  place: Place,
  options: DataOptions,
): Promise<{ text: string; points: readonly Point[]; errors: number }> {
  const { way, user, say } = options;
  await renameCatalog(place.metadata, place.analytics);
  const load = startLoad();
  const first = await startService(way, place.metadata, WITHOUT_CACHE);
  const sql = await pieSql(first.url, user).finally(first.stop);
  const bare = await startBare(place.analytics, sql);
  try {
    const points: Point[] = [];
    for (const [suffix, settings] of [["", WITHOUT_CACHE], [", kept", {}]] as const) {
      const service = await startService(way, place.metadata, settings);
      const bench: Bench = { service, bare, load, ...options };
      try {
        for (const clients of options.clients) {
          for (const one of await dataCases(user, suffix)) {
            const point = await measure(bench, one, clients);
            points.push(point);
            const { service: { rps }, ratio } = point;
            say(`${one.name}, ${clients}: ${rps.toFixed(0)}/s, ${ratio.toFixed(2)} of bare`);
          }
        }
      } finally {
        await service.stop();
      }
    }
    say("what is added to a query");
    const overhead = await measureOverhead(place.metadata, place.analytics, sql, options.times);
    say("making a table of five million rows");
    const large = await addLargeDataset(place.metadata, place.analytics);
    const seconds = Math.min(options.minutes * 60, 20);
    say(`memory: ${seconds} s of reading it`);
    const service = await startService(way, place.metadata);
    const memory = await measureMemory(service, load, () => largeReads(large, user), seconds)
      .finally(service.stop);
    const parts = [
      report.aimTable(dataAims(points, CHART_DATA, overhead, memory)),
      report.overheadTable(overhead),
      report.memoryTable(memory, "reads of 100,000 rows of a table of five million"),
      report.pointTables(points),
    ];
    const failed = points.reduce((sum, point) => sum + point.service.errors, 0);
    if (memory.firstError !== null) say(`memory: ${memory.firstError}`);
    return { text: parts.join("\n\n"), points, errors: failed + memory.errors };
  } finally {
    await bare.stop();
    await load.stop();
  }
}
