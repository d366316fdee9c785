import assert from "node:assert/strict";
import type { Column } from "../../../../src/query/frame.ts";
import { postProcess } from "../../../../src/query/post_processing/post_process.ts";
import type { PostProcessing } from "../../../../src/query/query_object.ts";
import {
  frameOf,
  recordedAnswers,
  type RecordedRows,
  rounded,
  rowsOf,
} from "../../../support/recorded_answers.ts";

interface Recorded {
  readonly kind: string;
  readonly columns: readonly Column[];
  readonly operations: readonly PostProcessing[];
  readonly answer: RecordedRows;
}

const byKind = Map.groupBy(recordedAnswers<Recorded>("post_processing"), ({ kind }) => kind);

for (const [kind, cases] of byKind) {
  Deno.test(`${kind} answers as pandas does`, () => {
    for (const { columns, operations, answer } of cases) {
      const rows = rowsOf(postProcess(frameOf(columns), operations));
      // Superset leaves the index out where nothing made a column of it.
      const index = rows.columns.length - answer.columns.length;
      assert.deepEqual(
        { columns: rows.columns.slice(index), rows: rows.rows.map((row) => row.slice(index)) },
        rounded(answer),
        JSON.stringify(operations),
      );
    }
  });
}
