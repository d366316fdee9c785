/**
 * The parameters of each method that this server answers, checked by hand: these few shapes need no
 * schema library on the way of every request, and a fault names the member that is wrong.
 */
import type {
  JSONRPCRequest,
  LoggingLevel,
  StandardSchemaV1Sync,
} from "@modelcontextprotocol/server";
import type { CompletionRequest } from "./handlers.ts";

type Fields = Readonly<Record<string, unknown>>;

export const listParams = schema((fields) => ({
  cursor: optional(fields, "cursor", isString, "a string"),
}));

export const callToolParams = schema((fields) => ({
  name: required(fields, "name", isString, "a string"),
  arguments: optional(fields, "arguments", isFields, "an object"),
}));

export const uriParams = schema((fields) => ({
  uri: required(fields, "uri", isString, "a string"),
}));

export const getPromptParams = schema((fields) => ({
  name: required(fields, "name", isString, "a string"),
  arguments: optional(fields, "arguments", isStrings, "an object of strings"),
}));

export const completeParams = schema((fields): CompletionRequest => {
  const ref = required(fields, "ref", isFields, "an object");
  const argument = required(fields, "argument", isFields, "an object");
  return {
    reference: ref.type === "ref/prompt"
      ? { kind: "prompt", name: required(ref, "name", isString, "a string", "ref.") }
      : ref.type === "ref/resource"
      ? { kind: "resource", name: required(ref, "uri", isString, "a string", "ref.") }
      : fail("ref.type", "'ref/prompt' or 'ref/resource'"),
    argument: {
      name: required(argument, "name", isString, "a string", "argument."),
      value: required(argument, "value", isString, "a string", "argument."),
    },
  };
});

const LEVELS: readonly string[] = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
] satisfies LoggingLevel[];

export const levelParams = schema((fields) => ({
  level: required(fields, "level", isLevel, `one of ${LEVELS.join(", ")}`),
}));

const initializeParams = schema((fields) => {
  required(fields, "protocolVersion", isString, "a string");
  required(fields, "capabilities", isFields, "an object");
  const client = required(fields, "clientInfo", isFields, "an object");
  required(client, "name", isString, "a string", "clientInfo.");
  required(client, "version", isString, "a string", "clientInfo.");
});

/** The methods whose parameters the SDK looks at first, in words that are its schema library's. */
const SDK_FIRST: Readonly<Record<string, StandardSchemaV1Sync<unknown, unknown>>> = {
  "initialize": initializeParams,
  "tools/call": callToolParams,
};

/** What is wrong with a request's parameters, where the SDK would say it less clearly; else null. */
export function paramsFault({ method, params }: JSONRPCRequest): string | null {
  const schema = Object.hasOwn(SDK_FIRST, method) ? SDK_FIRST[method] : undefined;
  const issue = schema?.["~standard"].validate(params).issues?.[0];
  return issue === undefined ? null : `Invalid params for ${method}: ${issue.message}`;
}

/** Whether a message of `level` passes a client's `threshold`. */
export function passesLevel(level: LoggingLevel, threshold: LoggingLevel | undefined): boolean {
  return threshold === undefined || LEVELS.indexOf(level) >= LEVELS.indexOf(threshold);
}

class ParamsFault extends Error {}

function schema<T>(read: (fields: Fields) => T): StandardSchemaV1Sync<unknown, T> {
  return {
    "~standard": {
      version: 1,
      vendor: "superset-mcp",
      validate(value) {
        try {
          return { value: read(isFields(value) ? value : {}) };
        } catch (fault) {
          if (fault instanceof ParamsFault) return { issues: [{ message: fault.message }] };
          throw fault;
        }
      },
    },
  };
}

function required<T>(
  fields: Fields,
  name: string,
  is: (value: unknown) => value is T,
  expected: string,
  path = "",
): T {
  const value = fields[name];
  return is(value) ? value : fail(path + name, expected);
}

function optional<T>(
  fields: Fields,
  name: string,
  is: (value: unknown) => value is T,
  expected: string,
): T | undefined {
  return fields[name] === undefined ? undefined : required(fields, name, is, expected);
}

function fail(name: string, expected: string): never {
  throw new ParamsFault(`'${name}' must be ${expected}`);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is Readonly<Record<string, string>> {
  return isFields(value) && Object.values(value).every(isString);
}

function isLevel(value: unknown): value is LoggingLevel {
  return isString(value) && LEVELS.includes(value);
}
