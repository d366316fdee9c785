import assert from "node:assert/strict";
import {
  announceDemo,
  claudeDesktopConfig,
  cursorConfig,
  QUESTIONS,
  vsCodeConfig,
} from "../../../src/demo/announce.ts";

const URL = "http://127.0.0.1:5008";

Deno.test("says first that it is a demo, and who one is", () => {
  const text = announceDemo(URL);
  assert.match(text.split("\n")[0] ?? "", /DEMO/);
  assert.match(text, /You ask as demo \(analyst/);
  assert.match(announceDemo(URL, "nora"), /You ask as nora \(regional manager/);
});

Deno.test("offers other people, never the one who asks", () => {
  assert.match(announceDemo(URL), /MCP_DEV_USERNAME=nora/);
  assert.doesNotMatch(announceDemo(URL, "nora"), /MCP_DEV_USERNAME=nora/);
});

Deno.test("says so when nobody of the demo has that name", () => {
  assert.match(announceDemo(URL, "zed"), /zed, whom the demo does not know/);
});

Deno.test("asks three questions", () => {
  assert.equal(QUESTIONS.length, 3);
  for (const question of QUESTIONS) assert.ok(announceDemo(URL).includes(question));
});

for (
  const line of [
    `claude mcp add --transport http superset ${URL}/mcp`,
    `npx -y @modelcontextprotocol/inspector --cli ${URL}/mcp --transport http --method tools/list`,
    cursorConfig(URL),
    vsCodeConfig(URL),
    claudeDesktopConfig(),
  ]
) {
  Deno.test(`tells how to connect: ${line.slice(0, 40)}`, () => {
    assert.ok(announceDemo(URL).includes(line));
  });
}

Deno.test("gives configurations that are JSON and name the endpoint", () => {
  assert.equal(JSON.parse(cursorConfig(URL)).mcpServers.superset.url, `${URL}/mcp`);
  assert.equal(JSON.parse(vsCodeConfig(URL)).servers.superset.url, `${URL}/mcp`);
  assert.deepEqual(JSON.parse(claudeDesktopConfig("/opt/superset-mcp")).mcpServers.superset, {
    command: "/opt/superset-mcp",
    args: ["stdio"],
  });
});

Deno.test("fits on one screen", () => {
  assert.ok(announceDemo(URL).split("\n").length <= 30);
});
