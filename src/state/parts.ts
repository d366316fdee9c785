/** Where the parts of the state come from: the one place that knows which driver serves what. */
import { makeAuthenticator } from "../auth/authenticate.ts";
import type { UserDirectory } from "../auth/user_directory.ts";
import type { Config } from "../config.ts";
import type { Metadata } from "../dao/metadata.ts";
import { openDemo } from "../demo/demo.ts";
import type { MetadataDatabase } from "../drivers/metadata_database.ts";
import { parseDatabaseUri } from "../drivers/sqlalchemy_uri.ts";
import { postgresqlTarget } from "../drivers/postgresql/connection_options.ts";
import { SqliteMetadata } from "../drivers/sqlite/metadata.ts";
import { unavailable } from "../errors.ts";
import type { McpHandlers } from "../mcp/handlers.ts";
import type { State, StateParts } from "../state.ts";

export const TOOL_NAMES: readonly string[] = [];
export const TOOL_SCOPES: readonly string[] = [];

/** @throws Error saying what is wrong with a database URI, without any part of it */
export function checkDatabaseUri(text: string): void {
  const uri = parseDatabaseUri(text);
  if (uri.dialect === "sqlite") {
    if (uri.database === "") throw new Error("names no file");
    return;
  }
  postgresqlTarget(uri, (path) => Deno.readTextFileSync(path));
}

export function makeHandlers(_state: State): McpHandlers {
  return {
    instructions: () => "",
    listTools: () => Promise.resolve({ tools: [] }),
    callTool: (name) =>
      Promise.resolve({ isError: true, content: [{ type: "text", text: `No tool ${name}` }] }),
    listResources: () => Promise.resolve({ resources: [] }),
    listResourceTemplates: () => Promise.resolve({ resourceTemplates: [] }),
    readResource: () => Promise.resolve({ contents: [] }),
    listPrompts: () => Promise.resolve({ prompts: [] }),
    getPrompt: () => Promise.resolve({ messages: [] }),
    complete: () => Promise.resolve({ completion: { values: [] } }),
  };
}

export const openMetadata: StateParts["openMetadata"] = (config) => {
  if (config.metadata.kind === "demo") {
    return Promise.resolve(metadataOver(new SqliteMetadata(() => openDemo(Date.now()).metadata)));
  }
  return Promise.reject(unavailable("Only the demo can be opened so far."));
};

export const openAuthenticator: StateParts["openAuthenticator"] = (
  config: Config,
  _metadata,
  observe,
  now,
) => {
  const nobody = () => Promise.resolve(null);
  const users: UserDirectory = {
    findByUsername: nobody,
    findByEmail: nobody,
    findById: nobody,
    findApiKey: nobody,
  };
  return makeAuthenticator({ config, users, observe, now });
};

function metadataOver(database: MetadataDatabase): Metadata {
  return {
    ping: async () => {
      await database.read({ sql: "SELECT 1", parameters: [], prepared: true });
    },
    stats: () => database.stats(),
    inspect: () => Promise.reject(unavailable("Nothing to inspect yet.")),
    close: () => database.close(),
  };
}
