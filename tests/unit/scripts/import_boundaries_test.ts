import assert from "node:assert/strict";
import plugin from "../../../scripts/lint/import_boundaries.ts";

const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);

function lint(file: string, source: string): Deno.lint.Diagnostic[] {
  return Deno.lint.runPlugin(plugin, `${ROOT}${file}`, source);
}

const GOOD = [
  ["main.ts", `import { openState } from "./src/state.ts";`],
  ["src/http/server.ts", `import { createMcpEndpoint } from "../mcp/http.ts";`],
  ["src/http/server.ts", `import type { State } from "../state.ts";`],
  ["src/http/server.ts", `import { toServiceError } from "../errors.ts";`],
  ["src/mcp/call_tool.ts", `import { TOOLS } from "../tools/registry.ts";`],
  ["src/tools/charts/list_charts.ts", `import { listCharts } from "../../dao/charts.ts";`],
  ["src/tools/define_tool.ts", `import type { Caller } from "../auth/caller.ts";`],
  ["src/tools/define_tool.ts", `import { type Caller, permissionName } from "../auth/caller.ts";`],
  ["src/dao/charts.ts", `import { compile } from "../drivers/metadata_database.ts";`],
  ["src/dao/charts.ts", `import { Kysely } from "kysely";`],
  ["src/drivers/postgresql/metadata.ts", `import postgres from "postgres";`],
  [
    "src/data/session.ts",
    `import type { AnalyticsDatabase } from "../drivers/analytics/connections.ts";`,
  ],
  ["src/mcp/handlers.ts", `import * as z from "zod";`],
  ["tests/spec/http_test.ts", `import postgres from "postgres"; import "../../src/dao/charts.ts";`],
] as const;

for (const [file, source] of GOOD) {
  Deno.test(`lets ${file} say ${source}`, () => assert.deepEqual(lint(file, source), []));
}

const BAD = [
  [
    "src/tools/charts/list_charts.ts",
    `import { read } from "../../drivers/postgresql/metadata.ts";`,
    /tools may not import drivers/,
  ],
  [
    "src/tools/charts/list_charts.ts",
    `import postgres from "postgres";`,
    /tools may not import postgres/,
  ],
  [
    "src/tools/charts/list_charts.ts",
    `import { sql } from "kysely/helpers/sqlite";`,
    /tools may not import kysely/,
  ],
  [
    "src/tools/define_tool.ts",
    `import { isAllowed } from "../auth/access.ts";`,
    /tools may not import auth/,
  ],
  [
    "src/tools/define_tool.ts",
    `import { type Kind, isAllowed } from "../auth/access.ts";`,
    /tools may not import auth/,
  ],
  [
    "src/dao/charts.ts",
    `import { isAllowed } from "../auth/access.ts";`,
    /dao may not import auth/,
  ],
  [
    "src/dao/charts.ts",
    `export { isAllowed } from "../auth/access.ts";`,
    /dao may not import auth/,
  ],
  ["src/dao/charts.ts", `export * from "../auth/access.ts";`, /dao may not import auth/],
  [
    "src/dao/charts.ts",
    `const auth = await import("../auth/access.ts");`,
    /dao may not import auth/,
  ],
  [
    "src/http/server.ts",
    `import { TOOLS } from "../tools/registry.ts";`,
    /http may not import tools/,
  ],
  [
    "src/drivers/postgresql/metadata.ts",
    `import { openState } from "../../state.ts";`,
    /drivers may not import state/,
  ],
  [
    "src/query/plan.ts",
    `import { open } from "../drivers/postgresql/analytics.ts";`,
    /query may not import drivers/,
  ],
  [
    "src/errors.ts",
    `import type { Tool } from "./tools/define_tool.ts";`,
    /errors may not import types of tools/,
  ],
  ["src/demo/demo.ts", `import { pool } from "../../tests/support/postgresql.ts";`, /outside src/],
  ["src/helpers/strings.ts", `import * as z from "zod";`, /in no layer/],
] as const;

for (const [file, source, message] of BAD) {
  Deno.test(`refuses ${source} in ${file}, and says why`, () => {
    const [found, ...more] = lint(file, source);
    assert.deepEqual(more, []);
    assert.equal(found?.id, "house/import-boundaries");
    assert.match(found.message, message);
    assert.match(found.hint ?? "", /^[A-Z'].+\.$/);
  });
}

Deno.test("refuses zod by name, of which the executable would get every language", () => {
  const [found] = lint("src/mcp/handlers.ts", `import { z } from "zod";`);
  assert.equal(found?.id, "house/zod-by-namespace");
});
