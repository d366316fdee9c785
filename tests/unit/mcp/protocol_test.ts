import assert from "node:assert/strict";
import * as sdk from "@modelcontextprotocol/server";
import * as ours from "../../../src/mcp/protocol.ts";
import { refusePostHeaders } from "../../../src/mcp/wire.ts";

Deno.test("names members of _meta, revisions and error codes as the SDK does", () => {
  for (
    const name of [
      "PROTOCOL_VERSION_META_KEY",
      "CLIENT_INFO_META_KEY",
      "CLIENT_CAPABILITIES_META_KEY",
      "SERVER_INFO_META_KEY",
    ] as const
  ) assert.equal(ours[name], sdk[name]);
  assert.deepEqual(ours.OLDER_VERSIONS, sdk.SUPPORTED_PROTOCOL_VERSIONS);
  for (const [name, code] of Object.entries(ours.ErrorCode)) {
    assert.equal(code, sdk.ProtocolErrorCode[name as keyof typeof ours.ErrorCode]);
  }
});

Deno.test("says that a resource is not there in the SDK's words", () => {
  const { code, message, data } = new sdk.ResourceNotFoundError("chart://7");
  const made = ours.resourceNotFound("chart://7");
  assert.deepEqual([made.code, made.message, made.data], [code, message, data]);
});

const CONTENT_TYPES = [
  "application/json",
  "Application/JSON",
  " application/json ",
  "application/json; charset=utf-8",
  "application/json;charset=utf-8; a=b",
  `application/json; a="b,c"`,
  `application/json; a="b\\",c"`,
  `application/json; a="b", text/plain`,
  "application/json, text/plain",
  "application/json; a=b, text/plain",
  "application/json text/plain",
  "application/jsonx",
  "application/json-patch+json",
  "text/plain",
  "text/plain; a=application/json",
  "",
];

for (const given of CONTENT_TYPES) {
  Deno.test(`takes the content type ${JSON.stringify(given)} where the SDK does`, () => {
    const refusal = refusePostHeaders(new Headers({ "content-type": given }));
    assert.equal(refusal === null, sdk.isJsonContentType(given.trim()));
  });
}
