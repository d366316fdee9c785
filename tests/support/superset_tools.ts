/**
 * The recorded tools of Superset 6.1's MCP service: which arguments its clients send. The file lies
 * outside the repository, as the recorded workspace does (see workspace.ts).
 */
import { fixturePath } from "./workspace.ts";

interface ArgumentSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ArgumentSchema[];
  readonly items?: ArgumentSchema;
  readonly properties?: Readonly<Record<string, ArgumentSchema>>;
  readonly default?: unknown;
}

export interface SupersetTool {
  readonly name: string;
  readonly inputSchema: ArgumentSchema;
}

const PATH = fixturePath("mcp-6.1-tools.json");

/** Why the file can't be read; null where it can. */
export const supersetToolsMissing: string | null = PATH === null
  ? "mcp-6.1-tools.json is not at ../shared or SUPERSET_FIXTURE"
  : null;

export async function readSupersetTools(): Promise<readonly SupersetTool[]> {
  if (PATH === null) throw new Error(`Cannot read the recorded tools: ${supersetToolsMissing}`);
  return JSON.parse(await Deno.readTextFile(PATH));
}

/** A tool's arguments by name: those inside `request` where it wraps them. */
export function argumentsOf({ inputSchema }: SupersetTool): Record<string, ArgumentSchema> {
  const { request, ...flat } = inputSchema.properties ?? {};
  return { ...flat, ...request?.properties };
}

/** Values that a schema allows: its default, each choice, one of each type. */
export function valuesOf(name: string, schema: ArgumentSchema): unknown[] {
  const values = (part: ArgumentSchema): unknown[] => {
    if (part.enum) return [...part.enum];
    switch (part.type) {
      case "integer":
        return [1];
      case "boolean":
        return [true, false];
      case "null":
        return [null];
      case "string":
        return [name === "identifier" ? "1" : "text"];
      case "array":
        return [[]];
      default:
        return [];
    }
  };
  const parts = schema.anyOf ?? [schema];
  return [...(schema.default === undefined ? [] : [schema.default]), ...parts.flatMap(values)];
}
