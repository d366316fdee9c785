/** The figures as Markdown, and their place in docs/benchmarks.md. */
import type { Aim } from "./aims.ts";
import type { Busy } from "./busy.ts";
import type { GuardCost } from "./guard_cost.ts";
import { type Export, EXPORTED_ROWS } from "./export.ts";
import type { Memory, Start } from "./lifetime.ts";
import type { Overhead } from "./overhead.ts";
import type { Point } from "./measure.ts";
import { readProc, ROOT } from "./processes.ts";

/** As ps and top count. */
const MB = 2 ** 20;

/** One table for each number of clients; the bare SELECT's own line is the median of all its runs. */
export function pointTables(points: readonly Point[]): string {
  const clients = [...new Set(points.map((point) => point.clients))];
  return clients.map((count) => {
    const rows = points.filter((point) => point.clients === count).map((point) => [
      point.name,
      point.user,
      point.service.rps.toFixed(0),
      point.ratio.toFixed(2),
      point.service.p50Ms.toFixed(2),
      point.service.p99Ms.toFixed(2),
      point.service.cpuMicros.toFixed(0),
      (point.service.cpuMicros / point.bare.cpuMicros).toFixed(1),
      String(point.service.errors),
    ]);
    const header = [
      "call",
      "as",
      "requests/s",
      "of bare",
      "p50 ms",
      "p99 ms",
      "CPU µs",
      "CPU of bare",
      "errors",
    ];
    return `**${count} ${count === 1 ? "client" : "clients"}**\n\n${table(header, rows)}`;
  }).join("\n\n");
}

export function startTable(starts: readonly Start[]): string {
  return table(
    ["start to healthy", "workspace", "ms, median", "starts"],
    starts.map(({ way, workspace, startMs, times }) => [
      way,
      workspace,
      startMs.toFixed(0),
      String(times),
    ]),
  );
}

/** @param what says what the load was */
export function memoryTable(memory: Memory, what = "every call in turn"): string {
  return table(["resident memory", "MB"], [
    ["idle", (memory.idleBytes / MB).toFixed(0)],
    [
      `most, in ${memory.seconds} s of ${what} by ${memory.clients} clients ` +
      `(${memory.requests} calls, ${memory.errors} errors)`,
      (memory.peakBytes / MB).toFixed(0),
    ],
    ["2 s after that", (memory.afterBytes / MB).toFixed(0)],
  ]);
}

export function exportTable(
  { readers, bytes, seconds, copySeconds, beforeBytes, peakBytes }: Export,
): string {
  return table([`${EXPORTED_ROWS} rows as a CSV file of ${(bytes / MB).toFixed(0)} MB`, ""], [
    ["one reader, time of COPY to a client", (seconds / copySeconds).toFixed(1)],
    ["resident after a file of one row, MB", (beforeBytes / MB).toFixed(0)],
    [`- most, by ${readers} readers at once, MB`, (peakBytes / MB).toFixed(0)],
  ]);
}

export function overheadTable(overhead: Overhead, guard: GuardCost): string {
  const ms = (value: number) => value.toFixed(3);
  return table([`in one process, median of ${overhead.times}`, "ms"], [
    ["the pie's SQL through postgres.js", ms(overhead.bareMs)],
    ["get_chart_data of the pie, without protocol", ms(overhead.callMs)],
    ...overhead.steps.map((step) => [`- of it, ${step.name}`, ms(step.ms)]),
    ["the guard, a query of 50 columns that is new", ms(guard.newMs)],
    ["- under a rule", ms(guard.newUnderRuleMs)],
    ["- the same text under the same rule again", ms(guard.knownMs)],
  ]);
}

export function busyTable({ held, clients, before, meanwhile }: Busy): string {
  return table(
    [`list_charts, ${clients} clients`, "requests/s", "p50 ms", "p99 ms", "errors"],
    ([
      ["while nothing else runs", before],
      [`while slow queries hold ${held} connections to the analytics database`, meanwhile],
    ] as const).map(([when, { rps, p50Ms, p99Ms, errors }]) => [
      when,
      rps.toFixed(0),
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
      String(errors),
    ]),
  );
}

export function aimTable(aims: readonly Aim[]): string {
  return table(
    ["aim", "", "measured", "met"],
    aims.map(({ what, aim, measured, met }) => [what, aim, measured, met ? "yes" : "**no**"]),
  );
}

/** Where, when and by what a run was made. */
export function heading(command: string, versions: string): string {
  const { total } = Deno.systemMemoryInfo();
  const load = Deno.loadavg().map((value) => value.toFixed(1)).join(", ");
  return [
    `- ${new Date().toISOString().slice(0, 10)}, \`${command}\``,
    `- ${cpuModel()}, ${navigator.hardwareConcurrency} cores, ${(total / 1e9).toFixed(0)} GB; ` +
    `load averages at the end: ${load}`,
    `- ${versions}`,
  ].join("\n");
}

/**
 * Puts the text between a file's marks `<!-- name -->` and `<!-- /name -->`.
 * @throws Error where the file has no such marks
 */
export function replaceBlock(file: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = file.indexOf(begin);
  const to = file.indexOf(end);
  if (from < 0 || to < from) throw new Error(`Cannot write ${name}: no ${begin} … ${end} there`);
  return `${file.slice(0, from + begin.length)}\n\n${text}\n\n${file.slice(to)}`;
}

/** Writes a block of docs/benchmarks.md, and lets `deno fmt` lay out its tables. */
export async function writeBlock(name: string, text: string): Promise<void> {
  const path = `${ROOT}docs/benchmarks.md`;
  await Deno.writeTextFile(path, replaceBlock(await Deno.readTextFile(path), name, text));
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", path] })
    .output();
  if (!success) throw new Error(`Cannot format ${path}: deno fmt failed`);
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  // Figures to the right.
  const rule = header.map((_, at) =>
    rows.every((row) => /^[\d.]+$/.test(row[at] ?? "")) ? "---:" : "---"
  );
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}

function cpuModel(): string {
  const model = /^model name\s*: (.+)$/m.exec(readProc("cpuinfo"))?.[1];
  return model ?? "unknown processor";
}
