/**
 * Rows behind a link that `execute_sql` handed out: the same right to the tool, the same hook around
 * it, and a stream of bytes that the client reads at its own pace.
 */
import { isAllowed } from "../auth/access.ts";
import { ServiceError } from "../errors.ts";
import { joinSignals } from "../joined_signal.ts";
import type { State } from "../state.ts";
import type { Tool } from "../tools/define_tool.ts";
import { csvExport } from "../tools/sql_lab/csv_export.ts";
import type { CsvFile, RequestContext } from "./handlers.ts";
import { observed } from "./observed_call.ts";
import { pacedBytes } from "./paced_bytes.ts";
import { permissionDenied, toolContext } from "./tool_context.ts";

/** The tool whose call an export is. */
const TOOL = "execute_sql";

export function csvExporter(state: State, served: readonly Tool[]) {
  const tool = served.find(({ name }) => name === TOOL);
  return async (link: string, context: RequestContext): Promise<CsvFile> => {
    if (tool === undefined) throw new ServiceError("not_found", "There are no exports here.");
    const bytes = pacedBytes();
    const signal = joinSignals([context.signal, bytes.gone]);
    const begun = Promise.withResolvers<Pick<CsvFile, "fileName" | "rowLimit">>();
    const done = observed(state, tool, context, async () => {
      if (!isAllowed(context.caller, tool, state.config.auth)) throw permissionDenied(tool);
      const file = csvExport(link, await toolContext(state, tool, { ...context, signal }));
      await file.write((lines) => {
        begun.resolve(file);
        return bytes.write(lines);
      });
    });
    const end = done.then(bytes.close, (thrown) => {
      begun.reject(thrown);
      bytes.fail(thrown);
    });
    const { fileName, rowLimit } = await begun.promise;
    return { fileName, rowLimit, body: bytes.body, end };
  };
}
