/** What one expression may not hold, though a statement may. */
import { forbidden } from "../../forbidden.ts";
import type { Node } from "../tree.ts";
import type { Rule } from "./rule.ts";

export const noSubquery: Rule = (kind) => {
  if (kind === "SubLink" || kind === "SelectStmt") {
    throw forbidden("a subquery", "Compute on the dataset's own columns only.");
  }
};

/** A star is whole rows, and more than one column. `count(*)` has none in its tree. */
export const noStar: Rule = (kind) => {
  if (kind === "A_Star") throw forbidden("a star outside of count(*)", "Name the columns.");
};

/** Where a row is kept and who wrote it; PostgreSQL lets no column have these names. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set([
  ...["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"],
]);

export const noSystemColumn: Rule = (kind, fields) => {
  if (kind !== "ColumnRef") return;
  const last = (fields.fields as Node[]).at(-1)?.String?.sval;
  if (SYSTEM_COLUMNS.has(String(last))) throw forbidden(`the system column ${last}`);
};
