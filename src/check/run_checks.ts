/**
 * `superset-mcp check`: tries the settings and every connection they name before anyone depends on
 * them. Each check gives findings and stands alone, so that one fault hides no other.
 */
import type { Config } from "../config.ts";
import type { Metadata } from "../dao/metadata.ts";
import { fault, type Finding, ok, warn } from "./finding.ts";
import { checkKeys, type FetchKeys } from "./keys.ts";
import { checkMetadata } from "./metadata.ts";

export interface CheckParts {
  readonly config: Config;
  readonly metadata: Pick<Metadata, "inspect" | "findUser">;
  /** Rejects where the metadata can't be written to. */
  readonly probeWriting: () => Promise<void>;
  /** Rejects when the keys in the settings can't be used. */
  readonly readKeys: () => Promise<unknown>;
  readonly fetch: FetchKeys;
  /** Throws where the address can't be listened on. */
  readonly tryListen: (host: string, port: number) => void;
}

export async function* runChecks(parts: CheckParts): AsyncGenerator<Finding> {
  const { config } = parts;
  yield ok("The settings are valid.");
  for (const notice of config.notices) yield warn(notice);
  yield* checkMetadata(config, parts.metadata, parts.probeWriting);
  yield* checkKeys(config.auth.jwt, parts);
  yield checkPort(parts);
}

function checkPort({ config, tryListen }: CheckParts): Finding {
  const { host, port } = config.http;
  const where = `${host}:${port}`;
  try {
    tryListen(host, port);
    return ok(`${where} can be listened on.`);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.AddrInUse) {
      return warn(
        `Something listens on ${where} already.`,
        "Fine if it is another process of this service; else choose another MCP_SERVICE_PORT.",
      );
    }
    return fault(
      `${where} can't be listened on (${thrown instanceof Error ? thrown.name : "unknown"}).`,
      "Choose an address of this machine and a port that this user may open.",
    );
  }
}
