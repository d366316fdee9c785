/** What Superset's SQL Lab answered to each user, of each recorded case. */
import type { AnswerRow } from "./answer_rows.ts";
import { run } from "./programs.ts";
import { fixturePath } from "./workspace.ts";

export interface SqlCase {
  readonly id: string;
  readonly sql: string;
  readonly limit?: number;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface GoldenSql {
  readonly status: number;
  readonly columns?: readonly string[];
  readonly rows: readonly AnswerRow[];
}

export async function readSqlCases(): Promise<readonly SqlCase[]> {
  return JSON.parse(await Deno.readTextFile(fixturePath("sql_cases.json")!));
}

/** By user name, then by the case's id. */
export async function readGoldenSql(): Promise<
  Readonly<Record<string, Readonly<Record<string, GoldenSql>>>>
> {
  const golden = JSON.parse(await run("xz", "-dc", fixturePath("golden.json.xz")!));
  const answers = golden.sql as Record<
    string,
    Record<string, { status: number; columns?: string[]; data?: string }>
  >;
  return Object.fromEntries(
    Object.entries(answers).map(([username, cases]) => [
      username,
      Object.fromEntries(
        Object.entries(cases).map(([id, { status, columns, data }]) => [
          id,
          { status, columns, rows: data === undefined ? [] : golden.blobs[data] },
        ]),
      ),
    ]),
  );
}
