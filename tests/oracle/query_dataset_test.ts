/** Questions to datasets, as each user, are answered with the rows that Superset gave. */
import assert from "node:assert/strict";
import { type AnswerRow, assertSameRows } from "../support/answer_rows.ts";
import { readGoldenCases, readQueryCases } from "../support/recorded_data.ts";
import { withRecordedWorkspace, withWorkspaceService } from "../support/recorded_workspace.ts";
import { unlessMissing } from "../support/workspace.ts";

/** May read charts only, so that the tool is not hers; Superset's REST API asks for the data's grant alone. */
const WITHOUT_THE_TOOL = "cleo_lister";

Deno.test({
  ...unlessMissing("each question to a dataset gets each user the rows that Superset gave"),
  fn: (t) =>
    withRecordedWorkspace(async ({ metadata }) => {
      const [cases, golden] = await Promise.all([readQueryCases(), readGoldenCases()]);
      await withWorkspaceService(metadata, async ({ as }) => {
        for (const [username, answers] of Object.entries(golden)) {
          const client = await as(username);
          for (const { id, args } of cases) {
            await t.step(`${username}: ${id}`, async () => {
              const { status, columns, data } = answers[id]!;
              const { isError, content } = await client.call("query_dataset", args);
              if (username === WITHOUT_THE_TOOL) {
                assert.equal(content.error_type, "permission_denied");
              } else if (status !== 200) {
                assert.ok(isError, "it answered");
                assert.equal(content.error_type, "not_found");
              } else {
                assert.equal(isError, false, JSON.stringify(content));
                assert.deepEqual(
                  (content.columns as { name: string }[]).map(({ name }) => name),
                  columns,
                );
                const ordered = (args.order_by ?? []).map(([name]) => name);
                assertSameRows(content.data as AnswerRow[], data!, ordered);
              }
            });
          }
        }
      });
    }),
});
