/** Types by list, wherever a value is made one: some look names up, and rows of tables are types. */
import { forbidden } from "../../forbidden.ts";
import { POSTGRESQL_TYPES } from "../functions.ts";
import { namesOf } from "../tree.ts";
import { builtIn } from "./built_in.ts";
import type { Rule } from "./rule.ts";

export const typesByList: Rule = (kind, fields, { types }) => {
  if (kind !== "TypeName") return;
  const name = builtIn(namesOf(fields.names));
  if (!POSTGRESQL_TYPES.has(name) && !types.has(name)) throw forbidden(`the type ${name}`);
};
