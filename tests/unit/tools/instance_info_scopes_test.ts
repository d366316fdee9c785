import assert from "node:assert/strict";
import { withDemoHandlers } from "../../support/demo_handlers.ts";

const ENV = { MCP_ENFORCE_TOOL_SCOPES: "true" };

Deno.test("get_instance_info counts only the kinds that a token's scopes open", async () => {
  await withDemoHandlers(async ({ call, bench }) => {
    const admin = await bench.caller("admin");
    const scopes = new Set(["superset:system:read", "superset:chart:read"]);
    const info = await call({ ...admin, source: "token", scopes }, "get_instance_info");
    const { total_charts, ...others } = info.instance_summary;
    assert.equal(total_charts, 30);
    assert.deepEqual(new Set(Object.values(others)), new Set([null]));
    assert.equal(info.dashboard_breakdown, null);
    assert.deepEqual(info.database_breakdown, { by_type: {} });
    assert.deepEqual(info.popular_content, { top_tags: [] });
  }, { env: ENV });
});
