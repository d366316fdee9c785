/** A tool that lists one kind of object: arguments and answer are the same for every kind. */
import * as z from "zod";
import type { Filter } from "../dao/filters.ts";
import { OPERATORS } from "../dao/filters.ts";
import type { ListPage, ListQuery } from "../dao/list.ts";
import type { Resource, Values } from "../dao/resource.ts";
import { invalidArgument } from "../errors.ts";
import {
  type Access,
  defineTool,
  type Tool,
  type ToolContext,
  type ToolKind,
} from "./define_tool.ts";
import { CACHE_ARGUMENTS } from "./identifier.ts";
import { estimatedTokens } from "./response_size.ts";

export const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 10;
/** Pages beyond hold nothing in any workspace; a number beyond is a mistake. */
const MAX_PAGE = 1_000_000;

export interface ListToolOptions {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: ToolKind;
  readonly access: Access;
  readonly resource: Resource;
  /** The filter columns worth naming to a model; get_schema tells the rest. */
  readonly filterHint: string;
  /** Whether `created_by_me` and `edited_by_me` mean something for this kind. */
  readonly audited?: boolean;
  /** The direction of a chosen `order_column` where none is given, as Superset 6.1 has it. */
  readonly direction?: "asc" | "desc";
}

function filter() {
  const scalars = [z.string().max(1000), z.number(), z.boolean()] as const;
  return z.strictObject({
    col: z.string(),
    opr: z.enum(OPERATORS),
    value: z.union([...scalars, z.array(z.union(scalars)).max(1000), z.null()]).optional(),
  });
}

export function listTool(options: ListToolOptions): Tool {
  const { resource, filterHint, audited = false, direction = "asc", ...rest } = options;
  return defineTool({
    ...rest,
    action: "read",
    input: () => ({
      page: z.int().min(1).max(MAX_PAGE).optional().describe("From 1"),
      page_size: z.int().min(1).max(MAX_PAGE_SIZE).optional().describe("Default 10"),
      search: z.string().max(500).optional().describe(`Text in ${resource.search.join(", ")}`),
      filters: z.array(filter()).max(50).optional().describe(`All must hold. col: ${filterHint}`),
      select_columns: z.array(z.string()).max(100).optional(),
      order_column: z.string().optional(),
      order_direction: z.enum(["asc", "desc"]).optional(),
      ...(audited
        ? { created_by_me: z.boolean().optional(), edited_by_me: z.boolean().optional() }
        : {}),
      cursor: z.string().max(200).optional().describe("next_cursor of a cut answer"),
    }),
    ignored: CACHE_ARGUMENTS,
    output: () =>
      z.object({
        [resource.plural]: z.array(z.looseObject({})),
        count: z.int(),
        total_count: z.int(),
        page: z.int(),
        page_size: z.int(),
        total_pages: z.int(),
        has_next: z.boolean(),
        has_previous: z.boolean(),
        columns_available: z.array(z.string()),
        next_cursor: z.string().optional(),
      }) as unknown as z.ZodType<Values, Values>,
    handle: (input, context) => handleList(resource, direction, input as ListInput, context),
    cut: (answer, input, limit) =>
      shortened(resource, answer as Values, skipOf(input as ListInput), limit),
  });
}

interface ListInput {
  readonly page?: number;
  readonly page_size?: number;
  readonly search?: string;
  readonly filters?: readonly Filter[];
  readonly select_columns?: readonly string[];
  readonly order_column?: string;
  readonly order_direction?: "asc" | "desc";
  readonly created_by_me?: boolean;
  readonly edited_by_me?: boolean;
  readonly cursor?: string;
}

async function handleList(
  resource: Resource,
  direction: "asc" | "desc",
  input: ListInput,
  context: ToolContext,
): Promise<Values> {
  const { caller, dao } = context;
  const mine = (col: string): Filter => ({ col, opr: "eq", value: caller.user.id });
  const query: ListQuery = {
    page: input.page ?? 1,
    pageSize: input.page_size ?? DEFAULT_PAGE_SIZE,
    search: input.search,
    filters: [
      ...input.filters ?? [],
      ...(input.created_by_me ? [mine("created_by_fk")] : []),
      ...(input.edited_by_me ? [mine("changed_by_fk")] : []),
    ],
    columns: input.select_columns,
    orderColumn: input.order_column,
    orderDirection: input.order_direction ?? (input.order_column ? direction : null),
    skip: skipOf(input),
  };
  const page = await dao.list(resource, caller, query);
  return answerOf(resource, query, page, dao.shape(resource).select);
}

function answerOf(
  resource: Resource,
  query: ListQuery,
  { items, totalCount }: ListPage,
  columnsAvailable: readonly string[],
): Values {
  const totalPages = Math.ceil(totalCount / query.pageSize);
  return {
    [resource.plural]: items,
    count: items.length,
    total_count: totalCount,
    page: query.page,
    page_size: query.pageSize,
    total_pages: totalPages,
    has_next: query.page < totalPages,
    has_previous: query.page > 1,
    columns_available: columnsAvailable,
  };
}

/** As many of the page's objects as fit into an answer. */
function shortened(resource: Resource, answer: Values, skip: number, tokenLimit: number): Values {
  const items = answer[resource.plural] as readonly Values[];
  const fitting = items.slice(0, howManyFit(items, tokenLimit));
  return {
    ...answer,
    [resource.plural]: fitting,
    count: fitting.length,
    ...(fitting.length < items.length ? { next_cursor: cursorOf(skip + fitting.length) } : {}),
  };
}

/** What a list says beside its objects takes at most this many tokens. */
const FRAME_TOKENS = 600;

function howManyFit(items: readonly Values[], tokenLimit: number): number {
  let left = tokenLimit - FRAME_TOKENS;
  for (const [index, item] of items.entries()) {
    left -= estimatedTokens(JSON.stringify(item));
    if (left < 0) return Math.max(index, 1);
  }
  return items.length;
}

/** How many objects of the page an earlier answer held. */
function cursorOf(skip: number): string {
  return btoa(JSON.stringify({ skip }));
}

function skipOf({ cursor }: ListInput): number {
  if (cursor === undefined) return 0;
  try {
    const { skip } = JSON.parse(atob(cursor)) as { skip?: unknown };
    if (typeof skip === "number" && Number.isInteger(skip) && skip >= 0 && skip <= MAX_PAGE_SIZE) {
      return skip;
    }
  } catch {
    // Falls through to the same refusal as a cursor of the wrong shape.
  }
  throw invalidArgument("Cannot read that cursor.", {
    hint: "Pass next_cursor of the last answer, with that call's other arguments unchanged.",
    details: { argument: "cursor" },
  });
}
