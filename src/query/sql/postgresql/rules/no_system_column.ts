/** Where a row is kept and who wrote it; PostgreSQL lets no column of a table have these names. */
import { forbidden } from "../../forbidden.ts";
import type { Node } from "../tree.ts";
import type { Rule } from "./rule.ts";

const SYSTEM_COLUMNS: ReadonlySet<string> = new Set([
  ...["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"],
]);

export const noSystemColumn: Rule = (kind, fields) => {
  if (kind !== "ColumnRef") return;
  const last = (fields.fields as Node[]).at(-1)?.String?.sval;
  if (SYSTEM_COLUMNS.has(String(last))) throw forbidden(`the system column ${last}`);
};
