/** SQLite files, and the demo's data, which lies in no file. */
import { parseDatabaseUri } from "../../sqlalchemy_uri.ts";
import type {
  ConnectionSettings,
  Connector,
  Engine,
  EngineTools,
  MemoryDatabase,
} from "../engine.ts";
import { openSqlite } from "./connection.ts";
import { introspection } from "./introspection.ts";

export const sqlite: Engine = {
  name: "sqlite",
  dialects: ["sqlite"],
  hasCatalogs: false,
  connector,
  introspection,
};

/** Of Python's sqlite3.connect; none of them changes what a query answers here. */
const HARMLESS = new Set([
  "cached_statements",
  "check_same_thread",
  "detect_types",
  "isolation_level",
  "uri",
]);
const BUSY_TIMEOUT_SECONDS = 5;

function connector(settings: ConnectionSettings, tools: EngineTools): Connector {
  const { uri, connectArgs } = settings;
  const { now } = tools;
  if (tools.demo !== null && uri.database === parseDatabaseUri(tools.demo.uri).database) {
    const { tables } = tools.demo;
    let copy: MemoryDatabase | null = null;
    return {
      address: { kind: "memory" },
      timeoutMs: null,
      connect: () => openSqlite({ source: { memory: copy ??= tables() }, busyTimeoutMs: 0, now }),
    };
  }
  const options = new Map<string, unknown>([...uri.options, ...Object.entries(connectArgs)]);
  const timeout = Number(options.get("timeout") ?? BUSY_TIMEOUT_SECONDS);
  if (!(timeout >= 0)) throw new Error("Cannot honour its timeout: it must be a number of seconds");
  const path = pathOf(uri.database);
  const unknown = [...options.keys()].filter((name) =>
    !HARMLESS.has(name) && name !== "timeout" && !(name === "mode" && options.get(name) === "ro")
  );
  if (unknown.length > 0) throw new Error(`Cannot honour its option ${unknown.join(", ")}`);
  return {
    address: { kind: "file", path },
    timeoutMs: null,
    connect: () => openSqlite({ source: { path }, busyTimeoutMs: Math.round(timeout * 1000), now }),
  };
}

/** The file of `sqlite:///path` or `sqlite:///file:path?uri=true`. */
function pathOf(database: string): string {
  const path = database.replace(/^file:(\/\/(?=\/))?/, "").replace(/\?.*$/s, "");
  if (path === "" || path === ":memory:") {
    throw new Error("Cannot use a SQLite database in memory: it is empty. Name a file");
  }
  return path;
}
