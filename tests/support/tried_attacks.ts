/** Attacks on the data tools over the recorded workspace, tried as one of its users. */
import assert from "node:assert/strict";
import {
  aimedAt,
  type AttackCall,
  callsWithExpression,
  callsWithName,
  callsWithValue,
  type ExpressionAttack,
  readAttacks,
  type Target,
  type TextAttack,
} from "./attacks.ts";
import { type CanaryTable, RULE_TEXTS, wordsIn } from "./canaries.ts";
import type { McpClient } from "./mcp_calls.ts";

/** Datasets under rules. */
export const TARGETS = {
  sales: target(3, "cleaned_sales_data", "product_line", "order_date", 5, 1),
  births: target(17, "birth_names", "name", "ds", 61, 6),
  world: target(21, "wb_health_population", "country_name", "year", 22, 4),
  games: target(20, "video_game_sales", "name", "year", 14, 3),
  slack: target(18, "users", "name", "updated", 64, 7),
  virtualBirths: target(22, "birth_names", "state", "ds", 61, 6),
  virtualOrders: target(23, "cleaned_sales_data", "country", "order_date", 5, 1),
};

const AT_ONCE = 6;

/** Every attack on a dataset, everywhere that a caller may write something. */
export function attacksOn(at: Target): AttackCall[] {
  const expressions = readAttacks<ExpressionAttack>("expressions").flatMap((attack) =>
    callsWithExpression(aimedAt(attack.sql, at), at).map((call) => ({
      ...call,
      place: `${attack.name} (${attack.attack}) as ${call.place}`,
      reaches: call.reaches && attack.refused === true,
    }))
  );
  const texts = (name: string, calls: typeof callsWithValue) =>
    readAttacks<TextAttack>(name).flatMap((attack) =>
      calls(aimedAt(attack.value, at), at).map((call) => ({
        ...call,
        place: `${attack.name} (${attack.attack}) as ${call.place}`,
      }))
    );
  return [
    ...expressions,
    ...texts("values", callsWithValue),
    ...texts("names", callsWithName),
  ];
}

/** Asks it all, and fails for a word that is hidden, a rule's text, or what should be refused. */
export async function tryAll(
  client: McpClient,
  calls: readonly AttackCall[],
  hidden: readonly string[],
): Promise<void> {
  const faults: string[] = [];
  let next = 0;
  const work = async () => {
    while (next < calls.length) {
      const { place, tool, args, reaches } = calls[next++]!;
      const { isError, content } = await client.call(tool, args);
      const text = JSON.stringify(content);
      const words = wordsIn(withoutTyped(text, args), [...hidden, ...RULE_TEXTS]);
      if (words.length > 0) faults.push(`${place} told ${words.join(", ")}: ${text.slice(0, 300)}`);
      if (reaches && !isError) faults.push(`${place} was answered: ${text.slice(0, 300)}`);
      if (content.error_type === "internal") faults.push(`${place} failed: ${text.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assert.deepEqual(faults.slice(0, 20), [], `${faults.length} of ${calls.length} calls`);
}

/** An answer may say what the caller wrote. */
function withoutTyped(text: string, args: Readonly<Record<string, unknown>>): string {
  let rest = text;
  const remove = (value: unknown): void => {
    if (typeof value === "string" && value.length > 3) {
      rest = rest.replaceAll(JSON.stringify(value).slice(1, -1), "");
    } else if (value !== null && typeof value === "object") Object.values(value).forEach(remove);
  };
  remove(args);
  return rest;
}

function target(
  dataset: number,
  table: CanaryTable,
  column: string,
  timeColumn: string,
  chart: number,
  dashboard: number,
): Target & { readonly table: CanaryTable } {
  return { dataset, table, column, timeColumn, chart, dashboard };
}
