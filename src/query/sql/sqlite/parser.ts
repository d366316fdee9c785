/** SQL of SQLite, read by the grammar of ../grammar with this engine's words. */
import type { ParserOptions, SqlParser } from "../dialect.ts";
import { GrammarParser } from "../grammar/parser.ts";
import { RememberingParser } from "../remembering_parser.ts";
import { SQLITE_GRAMMAR } from "./grammar.ts";

let withoutOptions: SqlParser | null = null;

/** Without options it is one for everyone. */
export function sqliteParser(options?: ParserOptions): Promise<SqlParser> {
  const make = () => new RememberingParser(new GrammarParser(SQLITE_GRAMMAR, options));
  return Promise.resolve(options === undefined ? withoutOptions ??= make() : make());
}
