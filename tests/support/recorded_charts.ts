/** The charts of the recorded workspace: what Superset's page posted, and what each user got. */
import postgres from "postgres";
import type { Column, Frame, GenericType, Value } from "../../src/query/frame.ts";
import type { QueryContext } from "../../src/query/query_object.ts";
import { run } from "./programs.ts";
import { fixturePath } from "./workspace.ts";

export interface RecordedResult {
  readonly query: string | null;
  readonly colnames: readonly string[];
  readonly coltypes: readonly GenericType[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface RecordedChart {
  readonly chartId: number;
  readonly username: string;
  /** As the page posted it; one query a result. */
  readonly body: QueryContext;
  readonly results: readonly RecordedResult[];
}

/** The answers of every user to every captured chart that Superset let them have. */
export async function readRecordedCharts(): Promise<readonly RecordedChart[]> {
  const [captures, golden] = await Promise.all([readJson("captures"), readJson("golden")]);
  const charts: RecordedChart[] = [];
  for (const [username, answers] of Object.entries<GoldenAnswers>(golden.charts)) {
    for (const [id, { status, results }] of Object.entries(answers)) {
      if (status !== 200) continue;
      charts.push({
        chartId: Number(id),
        username,
        body: captures[id][0],
        results: results!.map(({ data, ...result }) => ({
          ...result,
          rows: data === null ? [] : golden.blobs[data],
        })),
      });
    }
  }
  return charts;
}

/** Runs the recorded SQL as it is, and reads the rows as the service's frames hold them. */
export async function frameOfSql(sql: postgres.Sql, text: string): Promise<Frame> {
  const rows = await sql.unsafe(text).values();
  const columns = rows.columns.map(({ name, type }, position): Column => {
    const { generic, floating } = genericOf(type);
    const values = rows.map((row) => valueOf(row[position], generic));
    return { name, type: generic, ...(floating ? { floating } : {}), values };
  });
  return { columns, rowCount: rows.length };
}

/** A connection whose values stay the text that the server sent. */
export function openAnalytics(url: string): postgres.Sql {
  const textual = Object.fromEntries(
    Object.values(OIDS).flat().map((oid) => [
      `oid${oid}`,
      { to: oid, from: [oid], serialize: String, parse: (text: string) => text },
    ]),
  );
  return postgres(url, { max: 1, types: textual, connection: { TimeZone: "UTC" } });
}

const OIDS = {
  boolean: [16],
  integer: [20, 21, 23],
  floating: [700, 701, 1700],
  time: [1082, 1114, 1184],
  document: [114, 3802],
};

interface GoldenAnswers {
  readonly [id: string]: {
    readonly status: number;
    readonly results?: readonly (Omit<RecordedResult, "rows"> & { readonly data: string | null })[];
  };
}

function genericOf(oid: number): { readonly generic: GenericType; readonly floating: boolean } {
  if (OIDS.boolean.includes(oid)) return { generic: 3, floating: false };
  if (OIDS.time.includes(oid)) return { generic: 2, floating: false };
  const floating = OIDS.floating.includes(oid);
  return { generic: floating || OIDS.integer.includes(oid) ? 0 : 1, floating };
}

function valueOf(text: unknown, generic: GenericType): Value {
  if (typeof text !== "string") return text === null ? null : String(text);
  if (generic === 3) return text === "t";
  if (generic === 2) return new Date(`${text.replace(" ", "T")}${text.length > 10 ? "Z" : ""}`);
  if (generic === 1) return text;
  const digits = text.replace(/[^0-9]/g, "").length;
  return digits > 15 && !text.includes("e") ? text : Number(text);
}

// deno-lint-ignore no-explicit-any
async function readJson(name: string): Promise<any> {
  return JSON.parse(await run("xz", "-dc", fixturePath(`${name}.json.xz`)!));
}
