/** The engines' spellings and grammars, by Superset's name of the backend: a line for each. */
import { ServiceError } from "../errors.ts";
import { foldCase, foldPostgresql } from "../query/guard/table_key.ts";
import type { SqlDialect, SqlParser } from "../query/sql/dialect.ts";
import { MYSQL } from "../query/sql/mysql/dialect.ts";
import { POSTGRESQL } from "../query/sql/postgresql/dialect.ts";
import { SQLITE } from "../query/sql/sqlite/dialect.ts";

export interface QueryDialect extends SqlDialect {
  /** See `Naming` in query/guard/table_key.ts. */
  readonly fold: (name: string) => string;
}

/**
 * Each engine's grammar is imported with its first database (PostgreSQL's alone is over 2 MB), and
 * kept: an `import()` costs some 20 µs even of what is loaded.
 */
const parsers: Record<string, Promise<SqlParser>> = {};

const DIALECTS: Readonly<Record<string, QueryDialect>> = {
  postgresql: {
    ...POSTGRESQL,
    fold: foldPostgresql,
    parser: () =>
      parsers.postgresql ??= import("../query/sql/postgresql/parser.ts")
        .then(({ postgresqlParser }) => postgresqlParser()),
  },
  mysql: {
    ...MYSQL,
    fold: foldCase,
    parser: () =>
      parsers.mysql ??= import("../query/sql/mysql/parser.ts")
        .then(({ mysqlParser }) => mysqlParser()),
  },
  sqlite: {
    ...SQLITE,
    fold: foldCase,
    parser: () =>
      parsers.sqlite ??= import("../query/sql/sqlite/parser.ts")
        .then(({ sqliteParser }) => sqliteParser()),
  },
};

/** @throws ServiceError `unavailable` for an engine whose grammar is not here */
export function queryDialect(backend: string): QueryDialect {
  const dialect = Object.hasOwn(DIALECTS, backend) ? DIALECTS[backend] : undefined;
  if (dialect !== undefined) return dialect;
  throw new ServiceError("unavailable", `Queries of ${backend} databases are not served.`, {
    hint: `Engines that are: ${Object.keys(DIALECTS).join(", ")}.`,
  });
}
