/** Measures the data path: charts' and datasets' rows over HTTP, what is added to a query, memory. */
import { dataAims } from "./aims.ts";
import { measureBusy } from "./busy.ts";
import type { Case } from "./cases.ts";
import {
  dataCases,
  EXECUTE_SQL,
  EXECUTE_SQL_ALONE,
  largeReads,
  pieSql,
  SELECT_ONE,
  sqlCases,
} from "./data_cases.ts";
import { addLargeDataset, renameCatalog } from "./data_place.ts";
import { EXPORT_SETTINGS, measureExport } from "./export.ts";
import { measureMemory } from "./lifetime.ts";
import { type Bench, measure, type Point } from "./measure.ts";
import { measureGuard } from "./guard_cost.ts";
import { measureOverhead } from "./overhead.ts";
import { type Place, startBare, startService, type Way } from "./places.ts";
import { type LoadProcess, type Server, startLoad } from "./processes.ts";
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
/** Marks what is measured beside its own statement. */
const OF_ITSELF = `, beside ${SELECT_ONE}`;
const WITHOUT_HISTORY = { MCP_QUERY_HISTORY: "false" };

export async function measureData(
  place: Place,
  options: DataOptions,
): Promise<{ text: string; points: readonly Point[]; errors: number }> {
  const { way, user, say } = options;
  await renameCatalog(place.metadata, place.analytics);
  const load = startLoad();
  try {
    const first = await startService(way, place.metadata, WITHOUT_CACHE);
    const sql = await pieSql(first.url, user).finally(first.stop);
    const points = [
      ...await measureCases(place, load, options, () => startBare(place.analytics, sql), [
        { settings: WITHOUT_CACHE, cases: await dataCases(user, "") },
        { settings: {}, cases: await dataCases(user, ", kept") },
      ]),
      ...await measureCases(place, load, options, () => startBare(place.metadata), [
        { settings: WITHOUT_HISTORY, cases: await sqlCases(user, EXECUTE_SQL_ALONE) },
        { settings: {}, cases: await sqlCases(user, EXECUTE_SQL) },
      ]),
      ...await measureCases(place, load, options, () => startBare(place.analytics, SELECT_ONE), [
        { settings: WITHOUT_HISTORY, cases: await sqlCases(user, EXECUTE_SQL_ALONE + OF_ITSELF) },
        { settings: {}, cases: await sqlCases(user, EXECUTE_SQL + OF_ITSELF) },
      ]),
    ];
    say("what is added to a query");
    const overhead = await measureOverhead(place.metadata, place.analytics, sql, options.times);
    const guard = await measureGuard(options.times);
    say("quick calls while all connections are busy");
    const idle = await startService(way, place.metadata, WITHOUT_CACHE);
    const busy = await measureBusy(place, idle, load, user, options.seconds).finally(idle.stop);
    say("making a table of five million rows");
    const large = await addLargeDataset(place.metadata, place.analytics);
    const seconds = Math.min(options.minutes * 60, 20);
    say(`memory: ${seconds} s of reading it`);
    const service = await startService(way, place.metadata);
    const memory = await measureMemory(service, load, () => largeReads(large, user), seconds)
      .finally(service.stop);
    say("a million rows into a file");
    const exporting = await startService(way, place.metadata, EXPORT_SETTINGS);
    const exported = await measureExport(exporting, place.analytics, user)
      .finally(exporting.stop);
    const parts = [
      report.aimTable(dataAims(points, overhead, guard, memory, busy, exported)),
      report.overheadTable(overhead, guard),
      report.busyTable(busy),
      report.memoryTable(memory, "reads of 100,000 rows of a table of five million"),
      report.exportTable(exported),
      report.pointTables(points),
    ];
    const failed = points.reduce((sum, point) => sum + point.service.errors, 0) +
      busy.before.errors + busy.meanwhile.errors;
    if (memory.firstError !== null) say(`memory: ${memory.firstError}`);
    return { text: parts.join("\n\n"), points, errors: failed + memory.errors };
  } finally {
    await load.stop();
  }
}

interface Turn {
  readonly settings: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

/** Cases beside the same bare process, each turn of a service of its own. */
async function measureCases(
  place: Place,
  load: LoadProcess,
  options: DataOptions,
  openBare: () => Promise<Server>,
  turns: readonly Turn[],
): Promise<readonly Point[]> {
  const { way, say } = options;
  const bare = await openBare();
  try {
    const points: Point[] = [];
    for (const { settings, cases } of turns) {
      const service = await startService(way, place.metadata, settings);
      const bench: Bench = { service, bare, load, ...options };
      try {
        for (const clients of options.clients) {
          for (const one of cases) {
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
    return points;
  } finally {
    await bare.stop();
  }
}
