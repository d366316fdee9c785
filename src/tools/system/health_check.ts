import * as z from "zod";
import { VERSION } from "../../config/version.ts";
import { defineTool } from "../define_tool.ts";

export const healthCheck = defineTool({
  name: "health_check",
  title: "Health check",
  description: "Whether this service answers and reaches Superset's metadata database.",
  kind: "system",
  action: "read",
  access: "public",
  input: () => ({}),
  output: () =>
    z.object({
      status: z.string(),
      timestamp: z.string(),
      service: z.string(),
      version: z.string(),
      uptime_seconds: z.number(),
      database_connection: z.string(),
    }),
  handle: async (_input, { dao, now, startedAt }) => {
    await dao.ping();
    const time = now();
    return {
      status: "healthy",
      timestamp: new Date(time).toISOString(),
      service: "superset-mcp",
      version: VERSION,
      uptime_seconds: Math.round((time - startedAt) / 100) / 10,
      database_connection: "ok",
    };
  },
});
