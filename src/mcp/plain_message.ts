/**
 * Which messages are plain calls, for plain_call.ts. Whatever is unusual in any way, and whatever is
 * wrong, is left to the SDK, which knows what to say about it.
 */
import type { RequestId } from "@modelcontextprotocol/server";
import type { PlainCall } from "./plain_call.ts";
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from "./protocol.ts";

type Fields = Readonly<Record<string, unknown>>;

const NEWER_VERSION = "2026-07-28";
/** The specification's own members of `_meta`. */
const RESERVED = "io.modelcontextprotocol/";

/** The call in a parsed message of an older era, or null. */
export function olderCallOf(message: unknown): PlainCall | null {
  const call = callOf(message);
  return call !== null && reservedMembers(call.meta) === 0 ? call : null;
}

/** The call in a parsed message of 2026-07-28 whose envelope and headers are in order, or null. */
export function newerCallOf(message: unknown, headers: Headers): PlainCall | null {
  const call = callOf(message);
  if (call?.meta === undefined || call.meta[PROTOCOL_VERSION_META_KEY] !== NEWER_VERSION) {
    return null;
  }
  if (!isPlainCapabilities(call.meta[CLIENT_CAPABILITIES_META_KEY])) return null;
  const info = call.meta[CLIENT_INFO_META_KEY];
  if (info !== undefined && !isPlainInfo(info)) return null;
  if (reservedMembers(call.meta) !== (info === undefined ? 2 : 3)) return null;
  // A name that is not itself on the wire is encoded there, as `=?base64?…?=`.
  const named = headers.get("mcp-name") === call.name && !call.name.startsWith("=?");
  if (!named || headers.get("mcp-method") !== "tools/call") return null;
  return headers.get("mcp-protocol-version") === NEWER_VERSION ? call : null;
}

function callOf(message: unknown): PlainCall | null {
  if (!isFields(message) || message.jsonrpc !== "2.0" || message.method !== "tools/call") {
    return null;
  }
  const { id, params } = message;
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return null;
  if (members(message) !== 4 || !isFields(params)) return null;
  const { name, arguments: args, _meta: meta } = params;
  if (typeof name !== "string") return null;
  if (members(params) !== 1 + one(args !== undefined) + one(meta !== undefined)) return null;
  if (args !== undefined && (!isFields(args) || Object.hasOwn(args, "__proto__"))) return null;
  if (meta !== undefined && !isPlainMeta(meta)) return null;
  return { id: id as RequestId, name, args, meta };
}

/** No progress is wanted. */
function isPlainMeta(meta: unknown): meta is Fields {
  return isFields(meta) && meta.progressToken === undefined;
}

/** The capabilities that clients have, without what only extensions and experiments add. */
function isPlainCapabilities(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { sampling, elicitation, roots } = value;
  const known = one(sampling !== undefined) + one(elicitation !== undefined) +
    one(roots !== undefined);
  return members(value) === known && isFlags(sampling, SAMPLING) &&
    isFlags(elicitation, ELICITATION) && isFlags(roots, []);
}

const SAMPLING = ["context", "tools"];
const ELICITATION = ["form", "url"];

/** An object of empty objects under these names. */
function isFlags(value: unknown, names: readonly string[]): boolean {
  if (value === undefined) return true;
  if (!isFields(value)) return false;
  for (const name in value) {
    const flag = value[name];
    if (!names.includes(name) || !isFields(flag) || members(flag) > 0) return false;
  }
  return true;
}

function isPlainInfo(value: unknown): boolean {
  if (!isFields(value) || typeof value.name !== "string" || typeof value.version !== "string") {
    return false;
  }
  const titled = value.title !== undefined;
  return (!titled || typeof value.title === "string") && members(value) === 2 + one(titled);
}

function reservedMembers(meta: Fields | undefined): number {
  let found = 0;
  for (const name in meta) if (name.startsWith(RESERVED)) found++;
  return found;
}

function members(fields: Fields): number {
  let found = 0;
  for (const _ in fields) found++;
  return found;
}

function one(present: boolean): 0 | 1 {
  return present ? 1 : 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
