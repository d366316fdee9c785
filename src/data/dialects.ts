/** The engines' spellings and grammars, by Superset's name of the backend: a line for each. */
import type { SessionInfo } from "../drivers/analytics/engine.ts";
import { ServiceError } from "../errors.ts";
import { foldAscii, foldCase, foldNothing, foldPostgresql } from "../query/guard/table_key.ts";
import type { ParserOptions, SqlDialect, SqlParser, SqlSpelling } from "../query/sql/dialect.ts";
import { MYSQL } from "../query/sql/mysql/dialect.ts";
import { POSTGRESQL } from "../query/sql/postgresql/dialect.ts";
import { SQLITE } from "../query/sql/sqlite/dialect.ts";

export interface QueryDialect extends SqlDialect {
  /** What folds names there; see `Naming` in query/guard/table_key.ts. */
  readonly fold: Fold;
}

/** @throws ServiceError `unavailable` for an engine whose grammar is not here */
export type DialectOf = (backend: string) => QueryDialect;

type Fold = (session: Pick<SessionInfo, "ignoresCase">) => (name: string) => string;

interface Source {
  readonly spelling: SqlSpelling;
  readonly fold: Fold;
  readonly load: (options?: ParserOptions) => Promise<SqlParser>;
}

const SOURCES: Readonly<Record<string, Source>> = {
  postgresql: {
    spelling: POSTGRESQL,
    fold: () => foldPostgresql,
    load: async (options) =>
      await (await import("../query/sql/postgresql/parser.ts")).postgresqlParser(options),
  },
  mysql: {
    spelling: MYSQL,
    fold: ({ ignoresCase }) => ignoresCase ? foldCase : foldNothing,
    load: async (options) =>
      await (await import("../query/sql/mysql/parser.ts")).mysqlParser(options),
  },
  sqlite: {
    spelling: SQLITE,
    fold: () => foldAscii,
    load: async (options) =>
      await (await import("../query/sql/sqlite/parser.ts")).sqliteParser(options),
  },
};

/**
 * Each engine's grammar is imported with its first database (PostgreSQL's alone is over 2 MB), and
 * kept: an `import()` costs some 20 µs even of what is loaded.
 *
 * @param functions what an operator lets SQL call beyond the engines' own lists, by backend
 */
export function queryDialects(
  functions: Readonly<Record<string, readonly string[]>> = {},
): DialectOf {
  const dialects = new Map(
    Object.entries(SOURCES).map(([backend, { spelling, fold, load }]) => {
      const further = Object.hasOwn(functions, backend) ? functions[backend]! : [];
      const options = further.length === 0 ? undefined : { functions: new Set(further) };
      let parser: Promise<SqlParser> | null = null;
      return [backend, { ...spelling, fold, parser: () => parser ??= load(options) }] as const;
    }),
  );
  return (backend) => {
    const dialect = dialects.get(backend);
    if (dialect !== undefined) return dialect;
    throw new ServiceError("unavailable", `Queries of ${backend} databases are not served.`, {
      hint: `Engines that are: ${[...dialects.keys()].join(", ")}.`,
    });
  };
}
