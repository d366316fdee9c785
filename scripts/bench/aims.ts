/** The aims of docs/benchmarks.md beside what was measured. */
import { CHART_DATA, EXECUTE_SQL, EXECUTE_SQL_ALONE, SELECT_ONE } from "./data_cases.ts";
import type { Busy } from "./busy.ts";
import type { GuardCost } from "./guard_cost.ts";
import type { Export } from "./export.ts";
import type { Memory, Start } from "./lifetime.ts";
import { median, type Point } from "./measure.ts";
import type { Overhead } from "./overhead.ts";
import { FIRST_CALLS, LISTS, SEARCHES } from "./scale_cases.ts";

export interface Aim {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

/** As ps and top count. */
const MB = 2 ** 20;

export function workspaceAims(
  points: readonly Point[],
  memory: Memory,
  starts: readonly Start[],
): readonly Aim[] {
  const at = (clients: number) =>
    points.filter((point) => point.name === "list_charts" && point.clients === clients);
  const ratio = median(at(8).map((point) => point.ratio));
  const many = at(64);
  const errors = many.reduce((sum, point) => sum + point.service.errors, 0);
  const p99 = Math.max(...many.map((point) => point.service.p99Ms));
  const compiled = starts.filter((start) => start.way === EXECUTABLE);
  const slowest = Math.max(...compiled.map((start) => start.startMs));
  return [
    aim(
      "`list_charts` at 8 clients, of the bare SELECT",
      "≥ 0.35",
      ratio.toFixed(2),
      ratio >= 0.35,
    ),
    aim("`list_charts` at 64 clients: errors", "0", String(errors), errors === 0),
    aim("`list_charts` at 64 clients: p99", "< 100 ms", `${p99.toFixed(1)} ms`, p99 < 100),
    memoryAim("resident, idle", memory.idleBytes, 100),
    memoryAim(`resident at most in ${memory.seconds} s of load`, memory.peakBytes, 200),
    ...(compiled.length > 0
      ? [aim(
        "executable: start to healthy",
        "≤ 200 ms",
        `${slowest.toFixed(0)} ms`,
        slowest <= 200,
      )]
      : []),
  ];
}

/** The name of the executable's way to start. */
export const EXECUTABLE = "executable";

/** @param indexed the points with the indexes of install-index, if there are any */
export function scaleAims(plain: readonly Point[], indexed: readonly Point[]): readonly Aim[] {
  const users = [...new Set(plain.map((point) => point.user))];
  return users.flatMap((user) => {
    const of = (points: readonly Point[], names: readonly string[], clients: number) =>
      points.filter((point) =>
        point.user === user && point.clients === clients && names.includes(point.name)
      );
    const alone = (points: readonly Point[], names: readonly string[]) =>
      Math.max(...of(points, names, 1).map((point) => point.service.p50Ms));
    const fewest = Math.min(...of(plain, LISTS, 8).map((point) => point.service.rps));
    const rate = `${fewest.toFixed(0)} /s`;
    const states = [["", plain, 150], [", with the indexes", indexed, 25]] as const;
    return [
      latencyAim(`${user}: \`list_charts\` alone, p50`, alone(plain, LISTS), 25),
      aim(`${user}: \`list_charts\` at 8 clients`, "≥ 150 /s", rate, fewest >= 150),
      ...states.filter(([, points]) => points.length > 0).flatMap(([state, points, limit]) => [
        latencyAim(
          `${user}: \`list_charts\` alone, filtered differently each time, p50${state}`,
          alone(points, [FIRST_CALLS]),
          25,
        ),
        latencyAim(`${user}: search alone, p50${state}`, alone(points, SEARCHES), limit),
      ]),
    ];
  });
}

/** What is near nothing of the guard, in milliseconds. */
const KNOWN_MS = 0.05;

export function dataAims(
  points: readonly Point[],
  overhead: Overhead,
  guard: GuardCost,
  memory: Memory,
  busy: Busy,
  exported: Export,
): readonly Aim[] {
  const ofBare = (what: string, name: string, least: number) => {
    const at8 = points.filter((point) => point.name === name && point.clients === 8);
    const ratio = median(at8.map((point) => point.ratio));
    return aim(what, `≥ ${least}`, ratio.toFixed(2), ratio >= least);
  };
  const pie = `\`${CHART_DATA}\` of a small pie at 8 clients, of its SQL over HTTP`;
  const one = `\`${SELECT_ONE}\` by \`${EXECUTE_SQL}\` at 8 clients, of the bare SELECT`;
  return [
    ofBare(pie, CHART_DATA, 0.3),
    latencyAim("added to the pie's SQL in one process, median", overhead.addedMs, 1),
    ofBare(`${one}, without history`, EXECUTE_SQL_ALONE, 0.25),
    ofBare(`${one}, with history`, EXECUTE_SQL, 0.12),
    latencyAim("the guard, a new query of 50 columns under a rule", guard.newUnderRuleMs, 2),
    aim(
      "the guard, the same text under the same rule again",
      `≤ ${KNOWN_MS} ms`,
      `${guard.knownMs.toFixed(3)} ms`,
      guard.knownMs <= KNOWN_MS,
    ),
    aim(
      `\`list_charts\` at ${busy.clients} clients while slow queries hold ${busy.held} of 5 connections: p99`,
      "< 50 ms",
      `${busy.meanwhile.p99Ms.toFixed(1)} ms, of that before ` +
        `${(busy.meanwhile.p99Ms / busy.before.p99Ms).toFixed(2)}`,
      busy.held === 5 && busy.meanwhile.p99Ms < 50,
    ),
    memoryAim("resident at most while 8 callers read a large table", memory.peakBytes, 200),
    memoryAim(
      `resident at most while ${exported.readers} read a million rows each as files`,
      exported.peakBytes,
      200,
    ),
  ];
}

function aim(what: string, text: string, measured: string, met: boolean): Aim {
  return { what, aim: text, measured, met };
}

function memoryAim(what: string, bytes: number, limit: number): Aim {
  return aim(what, `≤ ${limit} MB`, `${(bytes / MB).toFixed(0)} MB`, bytes <= limit * MB);
}

function latencyAim(what: string, milliseconds: number, limit: number): Aim {
  return aim(what, `≤ ${limit} ms`, `${milliseconds.toFixed(1)} ms`, milliseconds <= limit);
}
