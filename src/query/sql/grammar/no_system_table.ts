/** The engine's own tables: they tell of every table, of people and of settings. */
import { forbidden } from "../forbidden.ts";
import type { EngineGrammar } from "./engine_grammar.ts";

/**
 * @param schema as it is written, or as the name was found
 * @throws ServiceError forbidden_sql
 */
export function noSystemTable(
  { schema, name }: { readonly schema: string | null; readonly name: string },
  grammar: EngineGrammar,
): void {
  if (!grammar.isSystem(schema, name)) return;
  throw forbidden(
    `the system catalog ${schema === null ? "" : `${schema}.`}${name}`,
    "Ask list_datasets or get_dataset_info for tables and columns.",
  );
}
