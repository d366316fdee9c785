/**
 * On copies of the workspace in SQLite and in MariaDB, too, nothing that a restricted user writes
 * into the arguments of the data tools brings out a row that a rule hides, or a rule's text.
 */
import assert from "node:assert/strict";
import { RULE_TEXTS, wordsIn } from "../support/canaries.ts";
import { withWorkspaceService } from "../support/recorded_workspace.ts";
import { attacksOn, TARGETS, tryAll } from "../support/tried_attacks.ts";
import { onEachCopy } from "../support/workspace_copies.ts";

/** Users whom rules keep from every canary; one an engine, since each makes two thousand calls. */
const ATTACKERS = {
  SQLite: { username: "cleo_lister", target: TARGETS.births },
  MariaDB: { username: "greg_sales", target: TARGETS.virtualOrders },
};

onEachCopy(
  "no row that a rule hides comes out of the data tools, nor a rule's text",
  async (t, copy, on) => {
    await withWorkspaceService(copy.metadata, async ({ as, service }) => {
      await t.step("the canary is there for who may see it", async () => {
        const { dataset, column } = TARGETS.births;
        const filters = [{ col: column, op: "LIKE", val: "CANARY%" }];
        const args = { identifier: dataset, columns: [column], filters };
        const { content } = await (await as("admin")).call("query_dataset", args);
        assert.match(JSON.stringify(content.data), /CANARY/);
      });
      const words = [...copy.canaries.values()].flat();
      const { username, target } = ATTACKERS[on.engine];
      await t.step(username, async () => {
        // What is refused on PostgreSQL may be a text here, as what stands in double quotes is.
        const calls = attacksOn(target).map((call) => ({ ...call, reaches: false }));
        await tryAll(await as(username), calls, words);
      });
      await t.step("nothing of it is in the log", () => {
        assert.deepEqual(wordsIn(service.printed(), [...words, ...RULE_TEXTS]), []);
      });
    });
  },
);
