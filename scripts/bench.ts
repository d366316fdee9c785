/**
 * Measures the service on the recorded workspace, next to a bare SELECT over Deno.serve in the same
 * run, and prints Markdown. Ends with 1 when any request failed.
 */
import { parseArgs } from "node:util";
import { workspaceMissing } from "../tests/support/workspace.ts";
import { EXECUTABLE, scaleAims, workspaceAims } from "./bench/aims.ts";
import { measureData } from "./bench/data_bench.ts";
import { toolCases } from "./bench/cases.ts";
import { measureMemory, measureStarts } from "./bench/lifetime.ts";
import { type Bench, measure, type Point } from "./bench/measure.ts";
import {
  installIndex,
  makePlace,
  type Place,
  startBare,
  startService,
  type Way,
} from "./bench/places.ts";
import { ROOT, startLoad } from "./bench/processes.ts";
import * as report from "./bench/report.ts";
import { SCALE_USERS, scaleCases } from "./bench/scale_cases.ts";

const USAGE = `usage: deno task bench [options]
  --data             rows of charts and datasets, beside their own SQL
  --scale            the workspace grown to 100,000 charts, without and with install-index's indexes
  --quick            everything once and briefly: does it run, and without an error?
  --write            put the tables into docs/benchmarks.md
  --executable PATH  measure an executable, not \`deno run\`
  --postgresql URL   a superuser's URL of a running server; else one is started and removed
  --user NAME        who calls the tools (admin)
  --only A,B         these tools only
  --clients 1,8,64   how many at once
  --seconds S        of each measurement (1); --rounds N of each (3); --minutes M of the long load (1)`;

interface Options {
  readonly way: Way;
  readonly adminUrl: string | null;
  readonly user: string;
  readonly only: ReadonlySet<string> | null;
  readonly clients: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
  readonly minutes: number;
  readonly starts: number;
}

/** What a run found: Markdown, and every point for the count of errors. */
interface Findings {
  readonly text: string;
  readonly points: readonly Point[];
  readonly errors: number;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "boolean", default: false },
      scale: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      executable: { type: "string" },
      postgresql: { type: "string" },
      user: { type: "string", default: "admin" },
      only: { type: "string" },
      clients: { type: "string" },
      seconds: { type: "string" },
      rounds: { type: "string" },
      minutes: { type: "string" },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (workspaceMissing !== null) {
    console.error(`bench: nothing is measured: ${workspaceMissing}.`);
    return 1;
  }
  const { quick, scale, data } = values;
  const number = (text: string | undefined, usual: number) =>
    text === undefined ? usual : Number(text);
  const options: Options = {
    way: values.executable ? { kind: "executable", path: values.executable } : { kind: "deno" },
    adminUrl: values.postgresql ?? null,
    user: values.user,
    only: values.only ? new Set(values.only.split(",")) : null,
    clients: values.clients?.split(",").map(Number) ?? (scale ? [1, 8] : [1, 8, 64]),
    seconds: number(values.seconds, quick ? 0.1 : 1),
    rounds: number(values.rounds, quick ? 1 : 3),
    minutes: number(values.minutes, quick ? 0.05 : 1),
    starts: quick ? 1 : 7,
  };
  say(scale ? "restoring and growing the workspace" : "restoring the workspace");
  const place = await makePlace(options.adminUrl, scale ? "grown" : data ? "data" : "plain");
  try {
    const { text, points, errors } = data
      ? await measureData(place, { ...options, times: quick ? 20 : 1000, say })
      : await (scale ? measureScale : measureWorkspace)(place, options);
    const command = ["deno task bench", ...args.filter(isTold)].join(" ");
    const page = `${report.heading(command, await versions(options.way))}\n\n${text}`;
    console.log(page);
    if (values.write) await report.writeBlock(scale ? "grown" : data ? "data" : "workspace", page);
    for (const { name, service: { firstError } } of points) {
      if (firstError !== null) console.error(`bench: ${name}: ${firstError}`);
    }
    return errors === 0 ? 0 : 1;
  } finally {
    await place.remove();
  }
}

/** What the report says of the command: nothing of the server's URL, which may hold a password. */
function isTold(arg: string, at: number, args: readonly string[]): boolean {
  return arg !== "--write" && !arg.startsWith("--postgresql") && args[at - 1] !== "--postgresql";
}

async function measureWorkspace(place: Place, options: Options): Promise<Findings> {
  say("starting and stopping");
  const starts = await measureStarts(await waysToStart(options.way), place, options.starts);
  return await withServers(place, options, async (bench) => {
    const all = async () => {
      const { cases, leftOut } = await toolCases(bench.service.url, options.user);
      const { only } = options;
      return { cases: cases.filter(({ name }) => only === null || only.has(name)), leftOut };
    };
    say(`memory: ${options.minutes * 60} s of load`);
    const everyCase = async () => (await all()).cases;
    const memory = await measureMemory(bench.service, bench.load, everyCase, options.minutes * 60);
    const { cases, leftOut } = await all();
    const points: Point[] = [];
    for (const clients of options.clients) {
      for (const one of cases) points.push(await measured(bench, one, clients));
    }
    const parts = [
      report.aimTable(workspaceAims(points, memory, starts)),
      report.startTable(starts),
      report.memoryTable(memory),
      report.pointTables(points),
      ...(leftOut.length > 0 ? [`Not measured: ${leftOut.join("; ")}.`] : []),
    ];
    return { text: parts.join("\n\n"), points, errors: memory.errors + errorsOf(points) };
  });
}

async function measureScale(place: Place, options: Options): Promise<Findings> {
  const measureAll = () =>
    withServers(place, options, async (bench) => {
      const points: Point[] = [];
      for (const clients of options.clients) {
        for (const user of SCALE_USERS) {
          for (const one of await scaleCases(user)) {
            points.push(await measured(bench, one, clients));
          }
        }
      }
      return points;
    });
  const plain = await measureAll();
  say("installing the indexes");
  const missing = await installIndex(options.way, place.metadata);
  const indexed = missing === null ? await measureAll() : [];
  const parts = [
    report.aimTable(scaleAims(plain, indexed)),
    "As Superset's migrations leave the database:",
    report.pointTables(plain),
    missing === null
      ? "With the indexes of `superset-mcp install-index`:"
      : `Not measured with indexes: install-index said: ${missing}`,
    report.pointTables(indexed),
  ];
  const points = [...plain, ...indexed];
  return { text: parts.join("\n\n").trim(), points, errors: errorsOf(points) };
}

async function withServers<T>(
  place: Place,
  { way, rounds, seconds }: Options,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const service = await startService(way, place.metadata);
  const bare = await startBare(place.metadata);
  const load = startLoad();
  try {
    return await work({ service, bare, load, rounds, seconds });
  } finally {
    await load.stop();
    await bare.stop();
    await service.stop();
  }
}

async function measured(
  bench: Bench,
  ...asked: Parameters<typeof measure> extends [Bench, ...infer Rest] ? Rest : never
): Promise<Point> {
  const point = await measure(bench, ...asked);
  say(
    `${point.name} as ${point.user}, ${point.clients}: ${point.service.rps.toFixed(0)}/s, ` +
      `${point.ratio.toFixed(2)} of bare`,
  );
  return point;
}

/** `deno task start`, and the executable that is there. */
async function waysToStart(way: Way): Promise<readonly (readonly [string, Way])[]> {
  const path = way.kind === "executable" ? way.path : `${ROOT}dist/superset-mcp`;
  const isThere = await Deno.stat(path).then(({ isFile }) => isFile, () => false);
  return [
    ["`deno task start`", { kind: "task" }],
    ...(isThere ? [[EXECUTABLE, { kind: "executable", path }] as const] : []),
  ];
}

async function versions(way: Way): Promise<string> {
  const run = async (...args: string[]) => {
    const { stdout } = await new Deno.Command(args[0]!, { args: args.slice(1) }).output();
    return new TextDecoder().decode(stdout).trim();
  };
  const service = way.kind === "executable"
    ? `${await run(way.path, "--version")}, executable`
    : `superset-mcp by deno run`;
  return `${service}; Deno ${Deno.version.deno}; ${await run("psql", "--version")}`;
}

function errorsOf(points: readonly Point[]): number {
  return points.reduce((sum, point) => sum + point.service.errors, 0);
}

/** On stderr: stdout is the report. */
function say(text: string): void {
  console.error(`bench: ${text}`);
}
