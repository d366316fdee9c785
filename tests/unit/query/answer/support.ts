/** Answers out of plain values. */
import type { AnswerColumn } from "../../../../src/query/answer/answer_columns.ts";
import type { Answered } from "../../../../src/query/answer/page.ts";
import type { GenericType, Value } from "../../../../src/query/frame.ts";

export interface Given extends Partial<AnswerColumn> {
  readonly name: string;
  readonly type: GenericType;
  readonly values: readonly Value[];
}

export function answered(...columns: readonly Given[]): Answered {
  return {
    frame: {
      columns: columns.map(({ name, type, values }) => ({ name, type, values })),
      rowCount: columns[0]?.values.length ?? 0,
    },
    columns: columns.map(({ name, type, databaseType = "", hasZone = false }) => ({
      name,
      type,
      databaseType,
      hasZone,
    })),
  };
}
