/** MySQL and MariaDB. */
import type { ConnectionSettings, Connector, Engine, EngineTools } from "../engine.ts";
import { introspection } from "./introspection.ts";
import { mysqlTarget } from "./options.ts";

export const mysql: Engine = {
  name: "mysql",
  dialects: ["mysql", "mariadb"],
  hasCatalogs: false,
  connector,
  introspection,
};

function connector(settings: ConnectionSettings, tools: EngineTools): Connector {
  const target = mysqlTarget(settings, tools.readFile);
  if (target.host.startsWith("/")) {
    throw new Error("Cannot use a Unix socket: name a host and a port");
  }
  return {
    address: {
      kind: "server",
      family: "mysql",
      host: target.host,
      port: target.port,
      database: target.database,
    },
    timeoutMs: target.readTimeoutMs,
    async connect() {
      // mysql2 is half a megabyte, which only those with a MySQL load.
      const { connectMysql } = await import("./connection.ts");
      const address = await tools.resolve(target.host);
      return await connectMysql({ target, address, now: tools.now });
    },
  };
}
