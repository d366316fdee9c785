/**
 * Makes `dist/superset-mcp`: bundles the program first (it starts twice as fast and is a quarter
 * smaller than with its packages embedded one by one), then compiles that with the permission set
 * `service` of deno.json baked in. Each dynamic import becomes a file of its own in the bundle, read
 * when it is asked for (docs/decisions/0016-start.md).
 *
 * `deno compile` appends the program to a base, `denort`, of its own version, and downloads it.
 * Where that can't be, DENORT_BIN names one; when it is of another version, that version's
 * `deno compile` does the second step (DENO_COMPILE_VERSION overrides what the file says).
 */
import project from "../deno.json" with { type: "json" };

const OUTPUT = "dist/superset-mcp";

export interface Compiler {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * @param base the version of the base that DENORT_BIN names; null where Deno downloads its own
 * @param running the version of the Deno that runs this script
 */
export function compilerFor(base: string | null, running: string, execPath: string): Compiler {
  return base === null || base === running
    ? { command: execPath, args: ["compile"] }
    : { command: "npx", args: ["-y", `deno@${base}`, "compile"] };
}

/**
 * Finds in a `denort` the Deno version it was made for: its user agent, `Deno/2.9.6`.
 *
 * @throws Error when there is none, or when there are several and none is `running`
 */
export function denortVersion(denort: Uint8Array, running: string): string {
  const text = new TextDecoder("latin1").decode(denort);
  const found = new Set([...text.matchAll(/Deno\/(\d+\.\d+\.\d+)/g)].map((match) => match[1]!));
  if (found.has(running)) return running;
  if (found.size === 1) return [...found][0]!;
  throw new Error(
    `Cannot tell which Deno the base in DENORT_BIN belongs to (it names ${
      [...found].join(", ") || "none"
    }): set DENO_COMPILE_VERSION to its version`,
  );
}

async function compile(): Promise<void> {
  const base = await baseVersion();
  const compiler = compilerFor(base, Deno.version.deno, Deno.execPath());
  await Deno.mkdir("dist", { recursive: true });
  const work = await Deno.makeTempDir({ dir: "dist", prefix: ".build-" });
  try {
    const bundle = ["bundle", "--quiet", "--platform", "deno", "--minify", "--code-splitting"];
    await run(
      Deno.execPath(),
      [...bundle, "--outdir", work, "main.ts"],
      "Cannot bundle main.ts",
    );
    // Without the packages: they are in the bundle, and compile would embed node_modules again.
    const { name, version, unstable, permissions } = project;
    const config = `${work}/deno.json`;
    await Deno.writeTextFile(config, JSON.stringify({ name, version, unstable, permissions }));
    await run(
      compiler.command,
      [
        ...compiler.args,
        ...["--quiet", "--no-check", "--no-lock", "--node-modules-dir=none"],
        // Else it keeps V8's compiled code in a file of a known name in the temporary folder,
        // and would run what another user of the machine put there first.
        "--no-code-cache",
        // The heap's limit of `deno task start` (docs/decisions/0010-heap-limit.md).
        ...project.tasks.start.command.split(" ").filter((arg) => arg.startsWith("--v8-flags=")),
        ...["--config", config, "-P=service", "-o", OUTPUT, `${work}/main.js`],
      ],
      "Cannot compile the bundle. If it was the download of denort that failed, set DENORT_BIN to a denort for this platform",
    );
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  const megabytes = (await Deno.stat(OUTPUT)).size / 1e6;
  console.log(`${OUTPUT}: ${megabytes.toFixed(1)} MB, on Deno ${base ?? Deno.version.deno}`);
}

/** The version of the base that DENORT_BIN names; null when it names none. */
async function baseVersion(): Promise<string | null> {
  const path = Deno.env.get("DENORT_BIN");
  if (!path) return null;
  return Deno.env.get("DENO_COMPILE_VERSION") ||
    denortVersion(await Deno.readFile(path), Deno.version.deno);
}

async function run(command: string, args: readonly string[], fault: string): Promise<void> {
  const { code } = await new Deno.Command(command, { args: [...args], stdin: "null" }).spawn()
    .status;
  if (code !== 0) {
    console.error(`${fault} (${command} ended with ${code}).`);
    Deno.exit(1);
  }
}

if (import.meta.main) await compile();
