/** Settings that this version checks and does not use, and the one that it must not ignore. */
import type { SettingReader } from "./reader.ts";

export function refuseLaterSettings(reader: SettingReader): void {
  reader.text("CHROME_PATH");
  reader.text("MCP_RATE_LIMITS");
  reader.secret("GUEST_TOKEN_JWT_SECRET");
  reader.url("OTEL_EXPORTER_OTLP_ENDPOINT", ["https:", "http:"]);
  refuseOtherScheme(reader, "CACHE_REDIS_URL", /^rediss?:\/\/./i, "redis://host:6379/0");
  refuseOtherScheme(reader, "CHROME_WS_ENDPOINT", /^wss?:\/\/./i, "ws://host:3000");
  if (reader.isSet("MCP_TENANTS_FILE")) {
    reader.refuse(
      "MCP_TENANTS_FILE",
      "this version serves one workspace, and ignoring the file would mix the data of tenants; " +
        "valid: not set, and a service of its own for each tenant",
    );
  }
}

function refuseOtherScheme(
  reader: SettingReader,
  name: "CACHE_REDIS_URL" | "CHROME_WS_ENDPOINT",
  form: RegExp,
  example: string,
): void {
  const value = reader.text(name);
  if (value === null || form.test(value)) return;
  reader.refuse(name, `is no URL of the right kind (not shown); valid: such as ${example}`);
}
