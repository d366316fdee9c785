/**
 * What the demo says of itself at start: that it is one, whom one asks as, what to ask, and how to
 * connect a client. The README shows the same text.
 */
import { COMPANY_NAME } from "./company.ts";
import { USERS } from "./people.ts";
import { DEMO_USERNAME } from "./settings.ts";

export const QUESTIONS: readonly string[] = [
  "Which dashboards are there, and what is on the company overview?",
  "Which charts show margin, and which dataset do they read?",
  "How did each region sell in the last quarter, and against the year before?",
];

/** People worth comparing with the default one. */
const TRY_ALSO = ["nora", "sam", "vera", "admin"];

/**
 * @param url where the service listens, without a slash at its end, such as `http://127.0.0.1:5008`
 * @param username whom calls run as; the demo's own where nothing is set
 * @returns some twenty-five lines of plain text
 */
export function announceDemo(url: string, username: string = DEMO_USERNAME): string {
  const asked = USERS.find((user) => user.username === username);
  const who = asked === undefined
    ? `${username}, whom the demo does not know`
    : `${username} (${asked.about})`;
  const others = TRY_ALSO.filter((name) => name !== username);
  return [
    `This is a DEMO: the workspace of ${COMPANY_NAME}, a company that does not exist.`,
    "It lives in memory and is made anew at each start; every call runs as one person, unchecked.",
    "For your own Superset, set SQLALCHEMY_DATABASE_URI and SUPERSET_SECRET_KEY.",
    "",
    `You ask as ${who}.`,
    "Others see other things; start again with:",
    ...others.map(tryLine),
    "",
    "Ask for instance:",
    ...QUESTIONS.map((question) => `  - ${question}`),
    "",
    "Connect:",
    ...connectLines(url).map((line) => `  ${line}`),
    "",
  ].join("\n");
}

/** One line or snippet for each client, the way each is told of a server. */
export function connectLines(url: string): string[] {
  const endpoint = `${url}/mcp`;
  return [
    `Claude Code     claude mcp add --transport http superset ${endpoint}`,
    `Claude Desktop  claude_desktop_config.json: ${claudeDesktopConfig()}`,
    `Cursor          .cursor/mcp.json:  ${cursorConfig(url)}`,
    `VS Code         .vscode/mcp.json:  ${vsCodeConfig(url)}`,
    `MCP Inspector   npx -y @modelcontextprotocol/inspector --cli ${endpoint} --transport http --method tools/list`,
  ];
}

/** Claude Desktop starts the executable itself and speaks over its stdin and stdout. */
export function claudeDesktopConfig(command = "/path/to/superset-mcp"): string {
  return JSON.stringify({ mcpServers: { superset: { command, args: ["stdio"] } } });
}

export function cursorConfig(url: string): string {
  return JSON.stringify({ mcpServers: { superset: { url: `${url}/mcp` } } });
}

export function vsCodeConfig(url: string): string {
  return JSON.stringify({ servers: { superset: { type: "http", url: `${url}/mcp` } } });
}

function tryLine(username: string): string {
  const about = USERS.find((user) => user.username === username)?.about ?? "";
  return `  MCP_DEV_USERNAME=${username.padEnd(6)} ${about}`;
}
