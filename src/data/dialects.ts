/** The engines' spellings and grammars, by Superset's name of the backend: a line for each. */
import { ServiceError } from "../errors.ts";
import { foldCase, foldPostgresql } from "../query/guard/table_key.ts";
import type { SqlDialect } from "../query/sql/dialect.ts";
import { MYSQL } from "../query/sql/mysql/dialect.ts";
import { mysqlParser } from "../query/sql/mysql/parser.ts";
import { POSTGRESQL } from "../query/sql/postgresql/dialect.ts";
import { postgresqlParser } from "../query/sql/postgresql/parser.ts";
import { SQLITE } from "../query/sql/sqlite/dialect.ts";
import { sqliteParser } from "../query/sql/sqlite/parser.ts";

export interface QueryDialect extends SqlDialect {
  /** See `Naming` in query/guard/table_key.ts. */
  readonly fold: (name: string) => string;
}

const DIALECTS: Readonly<Record<string, QueryDialect>> = {
  postgresql: { ...POSTGRESQL, parser: postgresqlParser, fold: foldPostgresql },
  mysql: { ...MYSQL, parser: mysqlParser, fold: foldCase },
  sqlite: { ...SQLITE, parser: sqliteParser, fold: foldCase },
};

/** @throws ServiceError `unavailable` for an engine whose grammar is not here */
export function queryDialect(backend: string): QueryDialect {
  const dialect = Object.hasOwn(DIALECTS, backend) ? DIALECTS[backend] : undefined;
  if (dialect !== undefined) return dialect;
  throw new ServiceError("unavailable", `Queries of ${backend} databases are not served.`, {
    hint: `Engines that are: ${Object.keys(DIALECTS).join(", ")}.`,
  });
}
