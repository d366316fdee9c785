/** The rows that Superset answered for charts and dataset queries, by user. */
import type { QueryObject } from "../../src/query/query_object.ts";
import type { AnswerRow } from "./answer_rows.ts";
import { run } from "./programs.ts";
import { fixturePath } from "./workspace.ts";

export interface GoldenQuery {
  readonly colnames: readonly string[];
  readonly rows: readonly AnswerRow[];
  /** The labels that the query orders by. */
  readonly ordered: readonly string[];
}

export interface GoldenChart {
  readonly status: number;
  readonly queries: readonly GoldenQuery[];
}

/** By user name, then by chart id. */
export type GoldenCharts = Readonly<Record<string, Readonly<Record<string, GoldenChart>>>>;

export interface QueryCase {
  readonly id: string;
  readonly args: Readonly<Record<string, unknown>> & {
    readonly identifier: number;
    readonly order_by?: readonly (readonly [string, boolean])[];
  };
}

export interface GoldenCase {
  readonly status: number;
  readonly columns?: readonly string[];
  readonly data?: readonly AnswerRow[];
}

export async function readGoldenCharts(): Promise<GoldenCharts> {
  const [golden, captures] = await Promise.all([
    readXz<GoldenFile>("golden.json.xz"),
    readXz<Readonly<Record<string, readonly { readonly queries: readonly QueryObject[] }[]>>>(
      "captures.json.xz",
    ),
  ]);
  const chartOf = (id: string, { status, results = [] }: GoldenFileChart): GoldenChart => ({
    status,
    queries: results.map(({ colnames, data }, at) => ({
      colnames,
      rows: data === null ? [] : golden.blobs[data]!,
      ordered: orderOf(captures[id]?.flatMap(({ queries }) => queries)[at]),
    })),
  });
  return mapValues(
    golden.charts,
    (charts) =>
      Object.fromEntries(Object.entries(charts).map(([id, one]) => [id, chartOf(id, one)])),
  );
}

/** What Superset's older endpoint answered to its admin, by chart id. */
export function readLegacyAnswers(): Promise<Readonly<Record<string, { readonly data: unknown }>>> {
  return readXz("legacy.json.xz");
}

export async function readQueryCases(): Promise<readonly QueryCase[]> {
  return JSON.parse(await Deno.readTextFile(fixturePath("query_cases.json")!));
}

/** By user name, then by the case's id. */
export function readGoldenCases(): Promise<
  Readonly<Record<string, Readonly<Record<string, GoldenCase>>>>
> {
  return readXz("query_golden.json.xz");
}

interface GoldenFile {
  readonly charts: Readonly<Record<string, Readonly<Record<string, GoldenFileChart>>>>;
  readonly blobs: Readonly<Record<string, readonly AnswerRow[]>>;
}

interface GoldenFileChart {
  readonly status: number;
  readonly results?: readonly {
    readonly colnames: readonly string[];
    readonly data: string | null;
  }[];
}

/** Where rows are processed after the query, its order is the operations' affair. */
function orderOf(query: QueryObject | undefined): string[] {
  if (query === undefined || (query.post_processing ?? []).some((step) => step)) return [];
  return (query.orderby ?? []).map(([by]) =>
    typeof by === "string" ? by : String((by as { readonly label?: unknown }).label)
  );
}

function mapValues<From, To>(
  of: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value)]));
}

async function readXz<T>(name: string): Promise<T> {
  return JSON.parse(await run("xz", "-dc", fixturePath(name)!));
}
