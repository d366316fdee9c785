/** Functions without parentheses: the time may be asked, and not who the service is to the server. */
import { forbidden } from "../../forbidden.ts";
import type { Rule } from "./rule.ts";

export const valueFunctions: Rule = (kind, fields) => {
  if (kind !== "SQLValueFunction") return;
  const name = String(fields.op).replace(/^SVFOP_/, "").replace(/_N$/, "");
  if (!/^(CURRENT_DATE|CURRENT_TIME|CURRENT_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP)$/.test(name)) {
    throw forbidden(name, "The person asking is current_username() in Jinja.");
  }
};
