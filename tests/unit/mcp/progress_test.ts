import assert from "node:assert/strict";
import type { ServerContext } from "@modelcontextprotocol/server";
import { noProgress, progressOf, saidToRun } from "../../../src/mcp/progress.ts";

/** What a request would have sent to its client. */
function aRequest(progressToken?: string) {
  const sent: unknown[] = [];
  const notify = ({ params }: { params: unknown }) => {
    sent.push(params);
    return Promise.resolve();
  };
  const context = { mcpReq: { _meta: { progressToken }, notify } } as unknown as ServerContext;
  return { sent, progress: progressOf(context, (fault) => assert.fail(String(fault))) };
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("says nothing to who did not ask for progress", () => {
  assert.equal(aRequest().progress, noProgress);
});

Deno.test("leaves out what is no progress over what was said before", () => {
  const { sent, progress } = aRequest("p");
  for (const rows of [1000, 1000, 500, 2000]) progress(rows, 5000, "rows");
  assert.deepEqual(sent, [
    { progressToken: "p", progress: 1000, total: 5000, message: "rows" },
    { progressToken: "p", progress: 2000, total: 5000, message: "rows" },
  ]);
});

Deno.test("says that a long call runs, once, unless more was said already", async () => {
  const silent = aRequest("p");
  await saidToRun(silent.progress, () => later(600));
  assert.deepEqual(silent.sent, [
    { progressToken: "p", progress: 0, total: undefined, message: "The call is running." },
  ]);
  const talking = aRequest("p");
  await saidToRun(talking.progress, async () => {
    talking.progress(1);
    await later(600);
  });
  assert.equal(talking.sent.length, 1);
  const quick = aRequest("p");
  await saidToRun(quick.progress, () => Promise.resolve());
  await later(500);
  assert.deepEqual(quick.sent, []);
});
