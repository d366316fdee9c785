/**
 * Guards a script that writes. The only maker of a `GuardedWrite`. Nobody whom a row-level rule binds
 * anywhere in the database writes there: foreign keys, unique indexes, triggers and generated columns
 * would tell of hidden rows, or change them (docs/decisions/0024-writes.md).
 */
import { ServiceError } from "../../errors.ts";
import type { RowPolicy, TableName } from "../policy.ts";
import type { ParsedWrite } from "../sql/dialect.ts";
import { fullName, type GuardContext, guardSql, refuseCallByColumn, resolved } from "./guard.ts";
import { type GuardedStep, GuardedWrite, WRITE_TOKEN } from "./guarded_write.ts";

export interface WriteContext extends GuardContext {
  /** True for a table of the database itself: no view, and no table of another server. */
  readonly isOwnTable: (table: TableName) => boolean;
}

/** A statement of a script: `write` is null where it reads. */
export interface ScriptStatement {
  readonly sql: string;
  readonly write: ParsedWrite | null;
}

/**
 * @param limit the most rows of each statement that reads
 * @throws ServiceError forbidden_sql, invalid_sql
 */
export function guardWrite(
  script: readonly ScriptStatement[],
  context: WriteContext,
  limit: number,
): GuardedWrite {
  refuseBound(context.policies);
  return new GuardedWrite(
    WRITE_TOKEN,
    script.map(({ sql, write }): GuardedStep =>
      write === null
        ? { sql: guardSql(sql, context, { limit }).sql, writes: null }
        : { sql: guardedWrite(write, context), writes: write.construct }
    ),
  );
}

/** @throws ServiceError forbidden_sql where a rule binds the caller in this database */
export function refuseBound(policies: readonly RowPolicy[]): void {
  if (policies.every(({ rules }) => rules.length === 0)) return;
  throw new ServiceError(
    "forbidden_sql",
    "Row-level rules bind you in this database, so you may read from it and not write to it.",
    { hint: "Have someone write whom no rule binds there, or ask an administrator." },
  );
}

function guardedWrite(write: ParsedWrite, context: WriteContext): string {
  refuseCallByColumn(write.fields, context);
  const tables = write.tables.map((name) => resolved(name, context));
  const target = tables[write.target]!;
  if (!context.isOwnTable(target)) {
    throw new ServiceError(
      "forbidden_sql",
      `'${target.table}' is no table of its own, so ${write.construct} is not run on it.`,
      { hint: "Write to the table that it shows." },
    );
  }
  return write.named(
    new Map(tables.map((table, index) => [
      index,
      fullName(write.tables[index]!, table, context.naming),
    ])),
  );
}
