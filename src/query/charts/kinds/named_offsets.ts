/** Time comparisons of the kinds that also know "custom" and "inherit" (6.1: plugin-chart-table/src/buildQuery.ts). */
import type { FormData } from "../../query_object.ts";
import { asList, isText } from "../form_values.ts";

/** @returns offsets as queries take them: "1 week ago", a date, or "inherit" */
export function namedOffsets(form: FormData): readonly string[] {
  const chosen = asList(form.time_compare).filter(isText);
  const plain = chosen.filter((value) => value !== "custom" && value !== "inherit");
  return [
    ...plain,
    ...(chosen.includes("custom") && isText(form.start_date_offset)
      ? [form.start_date_offset]
      : []),
    ...(chosen.includes("inherit") ? ["inherit"] : []),
  ];
}
