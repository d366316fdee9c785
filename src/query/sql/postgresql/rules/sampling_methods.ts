/** TABLESAMPLE by PostgreSQL's own methods; others are functions that an extension brings. */
import { forbidden } from "../../forbidden.ts";
import { namesOf } from "../tree.ts";
import type { Rule } from "./rule.ts";

export const samplingMethods: Rule = (kind, fields) => {
  if (kind !== "RangeTableSample") return;
  const method = namesOf(fields.method).join(".");
  if (method !== "system" && method !== "bernoulli") throw forbidden(`TABLESAMPLE ${method}`);
};
