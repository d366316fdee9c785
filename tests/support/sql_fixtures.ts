/**
 * Fixture files of SQL: blocks of a title (`-- what it shows`), the SQL, and what becomes of it:
 * `=> SQL` (the exact text), `REFUSED construct`, or nothing where only its rows are compared.
 */

export interface SqlFixture {
  readonly file: string;
  readonly title: string;
  readonly sql: string;
  readonly becomes: string | null;
  readonly refused: string | null;
}

/** Every fixture of a folder's `.sql` files, in order. @throws Error for a block without SQL */
export function readSqlFixtures(folder: URL): SqlFixture[] {
  const names = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
    .map(({ name }) => name).sort();
  return names.flatMap((name) => {
    const text = Deno.readTextFileSync(new URL(name, folder));
    return text.split(/\n+(?=-- )/).map((block) => parseBlock(name, block.trim()));
  });
}

function parseBlock(file: string, block: string): SqlFixture {
  const [first = "", ...lines] = block.split("\n");
  const title = first.replace(/^-- /, "");
  const end = lines.findIndex((line) => /^(=>|REFUSED) /.test(line));
  const sql = lines.slice(0, end < 0 ? undefined : end).join("\n").trim();
  const outcome = end < 0 ? "" : lines.slice(end).join("\n").trim();
  if (sql === "") throw new Error(`Cannot read the fixture '${title}' in ${file}: no SQL`);
  return {
    file,
    title,
    // What no editor shows is written by name.
    sql: sql.replaceAll("<NUL>", "\0").replaceAll("<BOM>", "\ufeff"),
    becomes: outcome.startsWith("=> ") ? outcome.slice(3) : null,
    refused: outcome.startsWith("REFUSED ") ? outcome.slice("REFUSED ".length) : null,
  };
}
