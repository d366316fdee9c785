import * as z from "zod";
import { notFound } from "../../errors.ts";
import { EXECUTE_SQL } from "../access.ts";
import { defineTool } from "../define_tool.ts";

/** What is shown of a query's text. */
const SHOWN_CHARACTERS = 200;

export const cancelQuery = defineTool({
  name: "cancel_query",
  title: "Cancel query",
  description: "Stop a query that the caller's execute_sql runs. Without client_id, list them.",
  kind: "database",
  action: "execute",
  // It ends what the caller began, and changes nothing in Superset.
  readOnly: true,
  access: EXECUTE_SQL,
  input: () => ({ client_id: z.string().min(1).max(11).optional() }),
  output: () =>
    z.looseObject({
      status: z.enum(["stopped", "stopping"]).optional(),
      running: z.array(z.looseObject({ client_id: z.string(), sql: z.string() })),
    }),
  handle: async ({ client_id: clientId }, { caller, queries }) => {
    const status = clientId === undefined ? undefined : await queries.stop(caller, clientId);
    if (status === null) {
      throw notFound("running query", clientId!, "cancel_query without client_id lists yours.");
    }
    const running = (await queries.list(caller)).filter((query) => query.clientId !== clientId);
    return {
      ...(status === undefined ? {} : { client_id: clientId, status }),
      running: running.map((query) => ({
        client_id: query.clientId,
        database_id: query.databaseId,
        sql: query.sql.slice(0, SHOWN_CHARACTERS),
        started_at: new Date(query.startedAt).toISOString(),
      })),
    };
  },
});
