/** A file of rows as an answer: its headers, and what stands in its place where there is none. */
import { type ErrorType, toServiceError } from "../errors.ts";
import type { CsvFile } from "../mcp/handlers.ts";
import { endingWith } from "../mcp/ongoing.ts";
import { json } from "./answers.ts";

const STATUS: Readonly<Record<ErrorType, number>> = {
  not_found: 404,
  permission_denied: 403,
  invalid_argument: 400,
  invalid_sql: 400,
  forbidden_sql: 403,
  timeout: 504,
  too_large: 413,
  unavailable: 503,
  conflict: 409,
  rate_limited: 429,
  internal: 500,
};

/**
 * @param open resolves with the first rows; what it throws is the answer, as a tool would say it
 */
export async function csvResponse(open: () => Promise<CsvFile>): Promise<Response> {
  try {
    const { fileName, rowLimit, body, end } = await open();
    const headers = {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": `attachment; filename="${fileName}"`,
      "X-Row-Limit": String(rowLimit),
    };
    return endingWith(new Response(body, { headers }), end);
  } catch (thrown) {
    const error = toServiceError(thrown);
    return json(error.body(), STATUS[error.type]);
  }
}
