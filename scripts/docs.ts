/**
 * Writes what the documents take from the code: docs/tools.md from the registry, the README's
 * settings from their list. With `--check` it writes nothing and fails where they differ.
 */
import { SETTINGS } from "../src/config/settings.ts";
import { TOOLS } from "../src/tools/registry.ts";
import { withSettings } from "./docs/settings_table.ts";
import { toolsPage } from "./docs/tools_page.ts";

const ROOT = new URL("../", import.meta.url);

/** Each generated document: its path, and its text as it should be given what it is now. */
const DOCUMENTS: readonly (readonly [path: string, generate: (now: string) => string])[] = [
  ["docs/tools.md", () => toolsPage(TOOLS)],
  ["README.md", (now) => withSettings(now, SETTINGS)],
];

/** @returns the paths of the documents that are not as the code says */
export async function outdatedDocuments(): Promise<readonly string[]> {
  const outdated: string[] = [];
  for (const [path, generate] of DOCUMENTS) {
    const now = await read(path);
    if (generate(now) !== now) outdated.push(path);
  }
  return outdated;
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(new URL(path, ROOT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

async function write(): Promise<void> {
  for (const [path, generate] of DOCUMENTS) {
    await Deno.writeTextFile(new URL(path, ROOT), generate(await read(path)));
    console.log(`wrote ${path}`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  if (!args.includes("--check")) {
    await write();
    return 0;
  }
  const outdated = await outdatedDocuments();
  for (const path of outdated) console.error(`${path} is outdated: run \`deno task docs\``);
  return outdated.length > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
