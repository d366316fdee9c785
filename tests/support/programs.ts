/** Programs of the machine that tests need: whether they are there, and running them. */

/** @param program a path, or a name to look for on PATH */
export function isInstalled(program: string): boolean {
  const paths = program.includes("/")
    ? [program]
    : (Deno.env.get("PATH") ?? "").split(":").map((folder) => `${folder}/${program}`);
  return paths.some((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/**
 * Runs a program to its end.
 *
 * @returns what it printed
 * @throws Error when it ends with another code than 0, with what it said
 */
export async function run(command: string, ...args: string[]): Promise<string> {
  // A file, not a pipe: a server that the program leaves running keeps a pipe open.
  const output = await Deno.makeTempFile();
  try {
    const child = new Deno.Command("sh", {
      args: ["-c", 'out=$1; shift; exec "$@" >"$out" 2>&1', "sh", output, command, ...args],
      stdin: "null",
    }).spawn();
    const { code } = await child.status;
    const printed = await Deno.readTextFile(output);
    if (code === 0) return printed;
    throw new Error(`Cannot run ${command}: it ended with ${code}: ${printed.slice(-2000).trim()}`);
  } finally {
    await Deno.remove(output);
  }
}
