/** Functions by list, however they are spelled. */
import { forbidden } from "../../forbidden.ts";
import { POSTGRESQL_FUNCTIONS } from "../functions.ts";
import { namesOf } from "../tree.ts";
import { builtIn } from "./built_in.ts";
import type { Rule } from "./rule.ts";

export const functionsByList: Rule = (kind, fields, { functions }) => {
  if (kind !== "FuncCall") return;
  const name = builtIn(namesOf(fields.funcname));
  if (POSTGRESQL_FUNCTIONS.has(name) || functions.has(name)) return;
  throw forbidden(
    `the function ${name}`,
    "Use another function, or ask an operator to allow this one.",
  );
};
