/**
 * A tool's arguments as clients really send them, and what is wrong with them. Superset's own clients
 * wrap them into `request`, send null for what they leave out, and print lists and objects as text;
 * all of that is taken with its meaning. What is left over is refused by name.
 */
import * as z from "zod";
import { invalidArgument, type ServiceError } from "../errors.ts";
import type { Tool } from "../tools/define_tool.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** What an argument may be, of which text is read as something else. */
interface Expected {
  readonly types: ReadonlySet<string>;
  readonly nullable: boolean;
}

/** Reads the arguments of one tool. */
export type ReadArguments = (args: Arguments | undefined) => unknown;

/**
 * The reader of a tool's arguments, prepared at its first use.
 * @throws ServiceError `invalid_argument` from that reader, naming each argument that is wrong and
 *   all that would be right
 */
export function argumentReader(tool: Tool): ReadArguments {
  const ignored = new Set(tool.ignored);
  let prepared: ReadonlyMap<string, Expected> | null = null;
  return (args) => {
    const expected = prepared ??= expectedArguments(tool);
    const given = unwrapped(args ?? {}, expected);
    const read: Record<string, unknown> = {};
    const unknown: string[] = [];
    for (const [name, value] of Object.entries(given)) {
      const what = expected.get(name);
      if (what === undefined) {
        if (!ignored.has(name)) unknown.push(name);
      } else if (value !== null || what.nullable) {
        read[name] = lenient(value, what);
      }
    }
    if (unknown.length > 0) throw unknownArguments(tool, unknown, [...expected.keys()]);
    const parsed = tool.input.safeParse(read, { reportInput: true });
    if (!parsed.success) throw wrongArguments(tool, parsed.error, [...expected.keys()]);
    return parsed.data;
  };
}

function expectedArguments(tool: Tool): ReadonlyMap<string, Expected> {
  const schemas = Object.entries(tool.input.shape);
  return new Map(schemas.map(([name, schema]) => [name, expectedOf(schema as z.ZodType)]));
}

/** Arguments lie flat, or all of them in `request`, as an object or as its text. */
function unwrapped(args: Arguments, expected: ReadonlyMap<string, Expected>): Arguments {
  if (!("request" in args) || expected.has("request") || Object.keys(args).length > 1) return args;
  const request = typeof args.request === "string" ? jsonOrText(args.request) : args.request;
  if (request === null) return {};
  return typeof request === "object" && !Array.isArray(request) ? request as Arguments : args;
}

function lenient(value: unknown, { types }: Expected): unknown {
  if (typeof value !== "string") return value;
  if (types.has("string")) return value;
  if ((types.has("integer") || types.has("number")) && /^-?\d+(\.\d+)?$/.test(value.trim())) {
    return Number(value);
  }
  if (types.has("boolean") && /^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
  if (types.has("array")) {
    const list = jsonOrText(value);
    return Array.isArray(list) ? list : value.split(",").map((part) => part.trim());
  }
  return types.has("object") ? jsonOrText(value) : value;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function expectedOf(schema: z.ZodType): Expected {
  const types = new Set<string>();
  collectTypes(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), types);
  return { types, nullable: types.has("null") };
}

function collectTypes(schema: z.core.JSONSchema.BaseSchema, types: Set<string>): void {
  if (typeof schema.type === "string") types.add(schema.type);
  for (const part of schema.anyOf ?? []) collectTypes(part as z.core.JSONSchema.BaseSchema, types);
  if (schema.enum !== undefined) types.add("string");
}

/** The most names and problems that one refusal tells. */
const MAX_TOLD = 10;

function unknownArguments(tool: Tool, given: string[], valid: string[]): ServiceError {
  const unknown = given.slice(0, MAX_TOLD).map((name) => name.slice(0, 100));
  const names = unknown.map((name) => `'${name}'`).join(", ");
  return invalidArgument(`${tool.name} takes no ${names}.`, {
    hint: valid.length === 0 ? "It takes no arguments." : `Valid arguments: ${valid.join(", ")}.`,
    details: { unknown, valid },
  });
}

function wrongArguments(tool: Tool, error: z.ZodError, valid: string[]): ServiceError {
  const problems = error.issues.slice(0, MAX_TOLD).map((issue) => ({
    argument: issue.path.join("."),
    problem: problemOf(issue),
  }));
  const first = problems[0];
  return invalidArgument(
    `Cannot call ${tool.name}: ${problems.map((p) => `${p.argument}: ${p.problem}`).join("; ")}.`,
    {
      hint: `Correct ${first ? `'${first.argument}'` : "the arguments"}. Valid arguments: ${
        valid.join(", ")
      }.`,
      details: { problems },
    },
  );
}

/** zod's own sentence, which names types and limits and never the value; unions say too little. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") return "is not of a type that is accepted here";
  if (issue.code === "invalid_type" && issue.input === undefined) return "is required";
  return issue.message.replace(/^Invalid input: /, "").replace(/^Too /, "is too ")
    .slice(0, 300);
}
