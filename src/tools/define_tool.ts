/**
 * The shape of a tool, and the one function that makes one. A tool declares what it is called, who
 * may use it, what goes in and out, and a handler; it holds no try/catch, no permission check and
 * no span: `mcp/call_tool.ts` puts those around every tool alike.
 */
import * as z from "zod";
import type { Caller, WriteLeave } from "../auth/caller.ts";
import type { Command } from "../commands/define_command.ts";
import type { RunningQueries } from "../commands/running_queries.ts";
import type { Config } from "../config.ts";
import type { Dao } from "../dao/dao.ts";
import type { DataService } from "../data/data_service.ts";

/** The object a tool is about: the `<kind>` of the scope `superset:<kind>:<action>`. */
export type ToolKind =
  | "system"
  | "chart"
  | "dashboard"
  | "dataset"
  | "database"
  | "tag"
  | "saved_query"
  | "user"
  | "role"
  | "annotation_layer"
  | "report"
  | "rls";

export type ToolAction = "read" | "create" | "update" | "delete" | "execute";

/** One of Superset's permissions: a method on a view, such as `can_read` on `Chart`. */
export interface Permission {
  readonly method: string;
  readonly view: string;
}

/** Who may use a tool: everyone who is signed in, or whoever holds one of the permissions. */
export type Access = "public" | readonly [Permission, ...Permission[]];

/** What a handler gets beside its input. */
export interface ToolContext {
  readonly caller: Caller;
  readonly dao: Dao;
  /** Runs queries on analytics databases; made when a tool first asks for it. */
  readonly data: () => Promise<DataService>;
  /** Changes the workspace as the caller; the one way to write. @throws ServiceError */
  readonly command: <In, Out>(command: Command<In, Out>, input: In) => Promise<Out>;
  /** Callers' own SQL while it runs, and its history. */
  readonly queries: RunningQueries;
  readonly config: Config;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** When this process began to serve, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Where clients reach this service by HTTP, and what seals its links; null over a pipe. */
  readonly links: { readonly base: () => URL; readonly key: Uint8Array } | null;
  /** Aborts when the client cancels or the service gives up on the call. */
  readonly signal: AbortSignal;
  /** Whether the caller may read a kind of object: by permission and, where they count, by scope. */
  readonly mayRead: (kind: ToolKind, access: Access) => boolean;
  /** Whether a tool that `mayWrite` may now: by MCP_READ_ONLY and, where they count, by scope. */
  readonly writing: (kind: ToolKind, access: Access) => WriteLeave;
  /** Tells the client how far a long call is; does nothing where the client did not ask. */
  readonly progress: (progress: number, total?: number, message?: string) => void;
}

export interface ToolDefinition<Shape extends z.ZodRawShape, Out extends z.ZodType> {
  readonly name: string;
  /** A few words for people. */
  readonly title: string;
  /** For a model: when to use it, what comes back, what to do next. */
  readonly description: string;
  readonly kind: ToolKind;
  readonly action: ToolAction;
  readonly access: Access;
  /** True for a tool of another action than `read` that changes nothing all the same. */
  readonly readOnly?: boolean;
  /**
   * True for a tool that reads, and writes where `ToolContext.writing` lets it: where the service only
   * reads it stays, as one that reads. Writing needs a scope of its own, `superset:<kind>:write`.
   */
  readonly mayWrite?: boolean;
  /** Another tool by name, what it does too: where that one is disabled, this one is. */
  readonly does?: string;
  /** Makes the arguments' schemas; any other argument is refused by name. */
  readonly input: () => Shape;
  /** Argument names that Superset's clients send and that mean nothing here. */
  readonly ignored?: readonly string[];
  /** Makes the answer's schema. */
  readonly output: () => Out;
  readonly handle: (
    input: z.output<z.ZodObject<Shape>>,
    context: ToolContext,
  ) => Promise<z.input<Out> & object>;
  /** Makes an answer over the token limit shorter, and says in it how to get the rest. */
  readonly cut?: (
    answer: object,
    input: z.output<z.ZodObject<Shape>>,
    tokenLimit: number,
  ) => object;
}

/** A tool of any input and output, as the registry and the hook around calls see it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: ToolKind;
  readonly action: ToolAction;
  readonly access: Access;
  readonly readOnly?: boolean;
  readonly mayWrite?: boolean;
  readonly does?: string;
  readonly ignored: readonly string[];
  /** Strict: an unknown argument is a fault. */
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  readonly handle: (input: unknown, context: ToolContext) => Promise<object>;
  readonly cut?: (answer: object, input: unknown, tokenLimit: number) => object;
}

/** Makes a tool of its declaration; its schemas when they are first looked at, for a quick start. */
export function defineTool<Shape extends z.ZodRawShape, Out extends z.ZodType>(
  definition: ToolDefinition<Shape, Out>,
): Tool {
  const { input, output, ignored = [], handle, cut, ...rest } = definition;
  let made: { readonly input: z.ZodObject; readonly output: Out } | null = null;
  const schemas = () => made ??= { input: z.strictObject(input()), output: output() };
  return {
    ...rest,
    ignored,
    get input() {
      return schemas().input;
    },
    get output() {
      return schemas().output;
    },
    // The hook parses with `input` before it calls, so the value has the handler's type.
    handle: (value, context) => handle(value as z.output<z.ZodObject<Shape>>, context),
    ...(cut === undefined ? {} : {
      cut: (answer, value, limit) => cut(answer, value as z.output<z.ZodObject<Shape>>, limit),
    }),
  };
}

/** True for a tool that changes nothing. */
export function isReadOnly(tool: Tool): boolean {
  return tool.mayWrite !== true && (tool.readOnly ?? tool.action === "read");
}

/** What a service that only reads makes of a tool; null where nothing is left. */
export function readOnlyTool(tool: Tool): Tool | null {
  if (isReadOnly(tool)) return tool;
  if (tool.mayWrite !== true) return null;
  // Its schemas are made when they are first looked at, and so not copied.
  return Object.create(tool, { mayWrite: { value: false }, readOnly: { value: true } }) as Tool;
}
