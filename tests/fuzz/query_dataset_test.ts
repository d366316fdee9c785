/**
 * Random questions of a user under rules get what the same questions get of a copy of the table that
 * holds the allowed rows only.
 */
import assert from "node:assert/strict";
import { type AnswerRow, assertSameRows } from "../support/answer_rows.ts";
import { fuzzRun, type Random, seeded } from "../support/fuzz/random.ts";
import { run } from "../support/programs.ts";
import { withRecordedWorkspace, withWorkspaceService } from "../support/recorded_workspace.ts";
import { psql, unlessMissing } from "../support/workspace.ts";

const QUESTIONS = 400;
const MAX_MS = 30_000;

const SALES = 3;
const COPY = 950;

/** What the three rules of greg_sales come to: two share a group key. */
const ALLOWED = "(country = 'USA' OR territory = 'EMEA') AND year >= 2004";

Deno.test({
  ...unlessMissing("random questions under rules get what a table of the allowed rows gives"),
  fn: () =>
    withRecordedWorkspace(async ({ metadata, analytics }) => {
      const { seed, forMs, told } = fuzzRun();
      console.log(told);
      await psql(
        analytics,
        `CREATE TABLE allowed_sales AS SELECT * FROM cleaned_sales_data WHERE ${ALLOWED}`,
      );
      await copyDataset(metadata);
      await withWorkspaceService(metadata, async ({ as }) => {
        const [greg, admin] = await Promise.all([as("greg_sales"), as("admin")]);
        const random = seeded(seed);
        const endsAt = performance.now() + (forMs ?? MAX_MS);
        const most = forMs === null ? QUESTIONS : Infinity;
        let answered = 0;
        for (let at = 0; at < most && performance.now() < endsAt; at++) {
          const question = randomQuestion(random);
          const [mine, theirs] = await Promise.all([
            greg.call("query_dataset", { identifier: SALES, ...question }),
            admin.call("query_dataset", { identifier: COPY, ...question }),
          ]);
          const about = `${told}, question ${at}: ${JSON.stringify(question)}`;
          assert.equal(mine.isError, theirs.isError, `${about} ${JSON.stringify(mine.content)}`);
          if (mine.isError) continue;
          answered++;
          try {
            assertSameRows(rowsOf(mine.content), rowsOf(theirs.content));
            assert.equal(mine.content.total_rows, theirs.content.total_rows);
          } catch (error) {
            assert.fail(`${about}: ${error instanceof Error ? error.message : error}`);
          }
        }
        assert.ok(answered > 50, `only ${answered} questions were answered`);
      });
    }),
});

function rowsOf(content: Readonly<Record<string, unknown>>): readonly AnswerRow[] {
  return content.data as readonly AnswerRow[];
}

const TEXTS = ["country", "territory", "product_line", "deal_size", "status", "state", "city"];
const NUMBERS = ["sales", "quantity_ordered", "year", "month", "quarter", "msrp", "order_number"];
const VALUES = [
  "USA",
  "France",
  "EMEA",
  "APAC",
  "Small",
  "Shipped",
  "CANARYLAND",
  "CA",
  "x' OR 1=1",
];
const EXPRESSIONS = [
  "CASE WHEN country = 'USA' OR territory = 'EMEA' THEN 'in' ELSE 'out' END",
  "coalesce(state, 'none')",
  "upper(country) || '/' || coalesce(territory, '-')",
  "year * 100 + month",
  "country = 'USA' OR true",
];
const AGGREGATES = [
  "COUNT(*)",
  "SUM(sales) FILTER (WHERE year < 2004)",
  "COUNT(DISTINCT customer_name)",
  "MAX(territory)",
  "MIN(year)",
  "SUM(CASE WHEN country LIKE 'CANARY%' THEN 1 ELSE 0 END)",
];
const FILTERS = [
  "country = 'USA' OR true",
  "year < 2004 OR year >= 2004",
  "territory IS NULL OR NOT (territory = 'EMEA')",
];

function randomQuestion({ chance, pick, some }: Random): Record<string, unknown> {
  const expression = () => ({ sqlExpression: pick(EXPRESSIONS), label: "expression" });
  const columns: unknown[] = some(TEXTS, 3);
  if (chance(0.3)) columns.push(expression());
  const metrics = [
    ...some(AGGREGATES, 2).map((sqlExpression, at) => ({
      ...{ expressionType: "SQL", sqlExpression, label: `m${at}` },
    })),
    ...(chance(0.5) ? [simple(pick(["SUM", "AVG", "MAX", "COUNT_DISTINCT"]), pick(NUMBERS))] : []),
  ];
  const filters = Array.from({ length: pick([0, 0, 1, 2]) }, () => randomFilter(chance, pick));
  if (chance(0.3)) {
    filters.push({ col: { sqlExpression: pick(FILTERS), label: "f" }, op: "IS NOT NULL" });
  }
  const isTime = chance(0.3);
  if (isTime) columns.push("order_date");
  return {
    columns: columns.length + metrics.length > 0 ? columns : ["country"],
    metrics,
    filters,
    ...(isTime ? { time_column: "order_date", time_grain: pick(["P1M", "P3M", "P1Y"]) } : {}),
    ...(chance(0.3) ? { time_range: "2003-06-01 : 2005-01-01" } : {}),
    row_limit: 50_000,
  };
}

function randomFilter(chance: Random["chance"], pick: Random["pick"]): Record<string, unknown> {
  if (chance(0.3)) {
    return { col: pick(NUMBERS), op: pick([">", "<=", "!="]), val: pick([2003, 30]) };
  }
  const col = pick(TEXTS);
  const op = pick(["==", "!=", "IN", "NOT IN", "LIKE", "ILIKE", "IS NULL", "IS NOT NULL"]);
  if (op.startsWith("IS")) return { col, op };
  return { col, op, val: op.endsWith("IN") ? [pick(VALUES), pick(VALUES)] : pick(VALUES) };
}

function simple(aggregate: string, column: string): Record<string, unknown> {
  return {
    ...{ expressionType: "SIMPLE", aggregate, column: { column_name: column } },
    label: "simple",
  };
}

/** The dataset of the sales once more, on the table of the allowed rows. */
async function copyDataset(metadata: string): Promise<void> {
  const copy = (table: string, key: string, change: string) => `
    CREATE TEMP TABLE one AS SELECT * FROM ${table} WHERE ${key} = ${SALES};
    UPDATE one SET uuid = gen_random_uuid(), ${change};
    INSERT INTO ${table} SELECT * FROM one;
    DROP TABLE one;`;
  const statements = [
    copy("tables", "id", `id = ${COPY}, table_name = 'allowed_sales'`),
    copy("table_columns", "table_id", `id = id + 100000, table_id = ${COPY}`),
    copy("sql_metrics", "table_id", `id = id + 100000, table_id = ${COPY}`),
  ];
  await run("psql", "-qX", "-v", "ON_ERROR_STOP=1", metadata, "-c", statements.join("\n"));
}
