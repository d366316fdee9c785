/** What is expected of `execute_sql` for recorded cases and attacks, and what is wrong with an answer. */
import assert from "node:assert/strict";
import { type AnswerRow, assertSameRows } from "./answer_rows.ts";
import { RULE_TEXTS } from "./canaries.ts";
import type { McpClient } from "./mcp_calls.ts";
import type { GoldenSql, SqlCase } from "./recorded_sql.ts";
import type { SqlAttack } from "./sql_attacks.ts";

type Golden = Readonly<Record<string, GoldenSql>>;

/** What is better here, by the case: the answer in place of the recorded one. */
const BETTER: Readonly<Record<string, (golden: Golden, own: GoldenSql) => GoldenSql>> = {
  // PostgreSQL folds the name, so it is asked as `birth_names` is.
  case_fold: (golden) => golden.comment!,
  explain: () => REFUSED,
  information_schema: () => REFUSED,
  // Needs no table.
  generate_series: (golden) => ({
    ...golden.no_table!,
    rows: golden.no_table!.status === 200 ? [{ g: 1 }, { g: 2 }, { g: 3 }] : [],
  }),
  // The smaller limit of two; Superset gave 1000 rows.
  alias: (_, own) => ({ ...own, rows: own.rows.slice(0, 5) }),
  limit_small: (_, own) => ({ ...own, rows: own.rows.slice(0, 3) }),
  // JSON is JSON, where Superset prints it as Python does.
  no_table: (_, own) => ({ ...own, rows: own.rows.map((row) => ({ ...row, j: { a: 1 } })) }),
};

const REFUSED: GoldenSql = { status: 500, rows: [] };

const ORDERED: Readonly<Record<string, readonly string[]>> = {
  agg: ["country"],
  window: ["r", "country"],
  limit_small: ["name"],
  limit_big: ["num", "name"],
  distinct: ["state"],
};

/** What Superset recorded, or what is better where its README says that it is wrong. */
export function expectedAnswer({ id }: SqlCase, username: string, golden: Golden): GoldenSql {
  // It fails inside of Superset; what the others got tells that the query is right.
  if (id === "schema_qualified" && username === "admin") return { status: 200, rows: ADMIN_ROWS };
  const served = SERVED[username]?.[id];
  if (served !== undefined) return { status: 200, rows: served };
  return BETTER[id]?.(golden, golden[id]!) ?? golden[id]!;
}

/** Tables of datasets without a catalog, which Superset refuses to people who have the dataset. */
const GAMES = [{ genre: "Action", count: 3315 }, { genre: "Sports", count: 2346 }];
const SERVED: Readonly<Record<string, Readonly<Record<string, readonly AnswerRow[]>>>> = {
  greg_sales: { games: GAMES },
  bo_both: { games: [...GAMES, { genre: "Puzzle", count: 582 }], slack_users: [{ count: 0 }] },
};

const ADMIN_ROWS: readonly AnswerRow[] = [
  { territory: "APAC", count: 221 },
  { territory: "CANARYTERR", count: 1 },
  { territory: "EMEA", count: 1407 },
  { territory: "Japan", count: 121 },
  { territory: null, count: 1074 },
];

/**
 * What differs; null where nothing does.
 * @param byPlace compares columns by their place: engines name those without a label each in its way
 */
export async function caseFault(
  client: McpClient,
  { id, sql, limit, params }: SqlCase,
  { status, rows }: GoldenSql,
  byPlace = false,
): Promise<string | null> {
  const args = { database_id: 1, sql, limit, template_params: params };
  const { isError, content } = await client.call("execute_sql", args);
  try {
    if (status !== 200) {
      assert.ok(isError, "it answered");
      assert.match(
        String(content.error_type),
        /^(not_found|permission_denied|forbidden_sql|invalid_sql)$/,
      );
      return null;
    }
    assert.equal(isError, false, JSON.stringify(content));
    assert.equal(content.row_count, rows.length);
    const got = content.rows as AnswerRow[];
    if (byPlace) assertSameRows(got.map(placed), rows.map(placed));
    else assertSameRows(got, rows, ORDERED[id]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function placed(row: AnswerRow): AnswerRow {
  return Object.fromEntries(Object.values(row).entries());
}

/** What is wrong with the answer to an attack; null for nothing. */
export async function leakOf(client: McpClient, { sql, refused, gives, params }: SqlAttack) {
  const args = {
    database_id: 1,
    sql,
    ...(params === undefined ? {} : { template_params: params }),
  };
  const { isError, content } = await client.call("execute_sql", args);
  if (isError && content.error_type === "internal") return `failed: ${content.error}`;
  if (refused === true && !isError) return `answered: ${JSON.stringify(content).slice(0, 300)}`;
  if (gives !== undefined && JSON.stringify(content.rows) !== JSON.stringify(gives)) {
    return `gave: ${JSON.stringify(content).slice(0, 300)}`;
  }
  // Columns without a name may be called after a text, in which a rule's own must not stand.
  const names = JSON.stringify(content.columns ?? []).replaceAll("`", "");
  if (RULE_TEXTS.some((text) => names.includes(text))) return `named: ${names.slice(0, 300)}`;
  const told = isError ? content : [content.rows, (content.statements as Statement[]).map(rowsOf)];
  return /CANARY/.test(JSON.stringify(told)) ? `told: ${JSON.stringify(told).slice(0, 300)}` : null;
}

interface Statement {
  readonly data: { readonly rows: readonly AnswerRow[] } | null;
}

function rowsOf({ data }: Statement): readonly AnswerRow[] {
  return data?.rows ?? [];
}
