/** `$1` stands for a value that comes beside the text; a text without values has none. */
import { forbidden } from "../../forbidden.ts";
import type { Rule } from "./rule.ts";

export const knownParameters: Rule = (kind, fields, { parameters }) => {
  if (kind !== "ParamRef") return;
  const number = Number(fields.number ?? 0);
  if (number < 1 || number > parameters) throw forbidden(`the parameter $${number}`);
};
