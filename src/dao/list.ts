/**
 * Lists: the ids that fit, in order, then the page's objects. The order of a list lives for
 * `ORDER_TTL_MS` for the caller it was made for, so that the next pages and the same question cost
 * one look-up by primary key; what stands on a page is read, and its visibility checked, each time.
 */
import { createHash } from "node:crypto";
import type { Caller } from "../auth/caller.ts";
import type { ExpiringMap } from "../cache/expiring.ts";
import { invalidArgument } from "../errors.ts";
import { type Filter, filterCondition, searchCondition } from "./filters.ts";
import { type Reader, selectionOf } from "./read.ts";
import { isPresent, type Resource, selectable, sortable, type Values } from "./resource.ts";
import { all, type Condition, parameter, sql } from "./sql.ts";
import type { View } from "./visibility.ts";

export interface ListQuery {
  /** From 1. */
  readonly page: number;
  /** 1 to 100. */
  readonly pageSize: number;
  readonly search?: string | null;
  readonly filters?: readonly Filter[];
  /** The columns of the answer; the resource's default ones where empty. */
  readonly columns?: readonly string[];
  readonly orderColumn?: string | null;
  readonly orderDirection?: "asc" | "desc" | null;
  /** How many objects of the page an earlier answer already held. */
  readonly skip?: number;
}

export interface ListPage {
  readonly items: readonly Values[];
  readonly totalCount: number;
  readonly columns: readonly string[];
}

/** How old the order of a list may be, in milliseconds. */
export const ORDER_TTL_MS = 2000;

/** The ids of a list in its order. */
export type Order = Int32Array;

export type OrderCache = ExpiringMap<Order>;

/**
 * One page of a list as a caller may see it: at most two statements and one for each relation among
 * the columns, whatever the page's length.
 * @throws ServiceError `invalid_argument` for a column, filter or order that does not exist
 */
export async function list(
  reader: Reader,
  orders: OrderCache | null,
  resource: Resource,
  caller: Caller,
  query: ListQuery,
): Promise<ListPage> {
  const columns = chosenColumns(reader, resource, query);
  const ids = await orderedIds(reader, orders, resource, caller, query);
  const begin = (query.page - 1) * query.pageSize;
  const page = Array.from(ids.subarray(begin + (query.skip ?? 0), begin + query.pageSize));
  const items = await objects(reader, resource, caller, columns, page);
  return { items, totalCount: ids.length, columns };
}

/** The objects of the ids that the caller may see, in the ids' order. */
export async function objects(
  reader: Reader,
  resource: Resource,
  caller: Caller,
  columns: readonly string[],
  ids: readonly number[],
): Promise<readonly Values[]> {
  if (ids.length === 0) return [];
  const selection = selectionOf(resource, columns);
  const plain = columns === resource.defaults;
  const [rows, related] = await Promise.all([
    reader.run(
      caller,
      plain ? `page|${resource.plural}` : null,
      (view) => pageStatement(reader, resource, selection.stored, view),
      { ids: reader.dialect.list(ids) },
    ),
    reader.related(caller, resource, selection, ids),
  ]);
  const byId = new Map(rows.map((row) => [Number(row.id), row]));
  const context = reader.deriveContext;
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [reader.present(resource, selection, row, related, context)] : [];
  });
}

function pageStatement(reader: Reader, resource: Resource, names: readonly string[], view: View) {
  const { builder } = reader.dialect;
  return builder
    .selectFrom(resource.table)
    .select(names.map((name) => storedExpression(reader, resource, name).as(name)))
    .where(view.dialect.isOneOf(sql.ref(`${resource.table}.id`), parameter("ids"), "integer"))
    .where(resource.visible(view));
}

/** A stored column's expression; null where this database does not have the column yet. */
export function storedExpression(reader: Reader, resource: Resource, name: string) {
  const column = resource.columns[name];
  if (column?.source !== "stored") throw new Error(`Column ${name} is not stored`);
  return isPresent(column, reader.options.has) ? column.expression : sql`null`;
}

async function orderedIds(
  reader: Reader,
  orders: OrderCache | null,
  resource: Resource,
  caller: Caller,
  query: ListQuery,
): Promise<Order> {
  const order = chosenOrder(reader, resource, query);
  const view = reader.view(caller);
  const filters = query.filters ?? [];
  assertBounded(filters);
  const conditions: Condition[] = filters
    .map((filter) => filterCondition(filter, resource, reader.options.has, view));
  const search = query.search?.trim();
  if (search) conditions.push(searchCondition(search, resource, reader.dialect) ?? sql`1 = 0`);
  const load = async (): Promise<Order> => {
    const key = conditions.length === 0
      ? `order|${resource.plural}|${order.column}|${order.direction}`
      : null;
    const rows = await reader.run(
      caller,
      key,
      (view) =>
        orderStatement(reader, resource, order, all([resource.visible(view), ...conditions])),
    );
    const ids = rows[0]?.ids;
    return typeof ids === "string" ? parseIds(ids) : new Int32Array(0);
  };
  if (orders === null) return await load();
  const key = orderKey(caller, resource, order, filters, search ?? "");
  return await orders.get(key, ORDER_TTL_MS, load);
}

/** SQLite takes 32,766 values in a statement, PostgreSQL and MySQL 65,535; a caller's grants need some too. */
const MAX_VALUES = 20_000;

function assertBounded(filters: readonly Filter[]): void {
  const values = filters.reduce(
    (sum, { value }) => sum + (Array.isArray(value) ? value.length : 1),
    0,
  );
  if (values <= MAX_VALUES) return;
  throw invalidArgument(`Cannot filter by ${values} values at once.`, {
    hint: `Ask with at most ${MAX_VALUES}, in several calls.`,
    details: { argument: "filters" },
  });
}

const COMMA = 44;
const ZERO = 48;

/** Whole numbers out of text with commas between: read by hand, since there may be 100,000 of them. */
function parseIds(text: string): Order {
  let count = 1;
  for (let at = text.indexOf(","); at >= 0; at = text.indexOf(",", at + 1)) count++;
  const ids = new Int32Array(count);
  let index = 0;
  let id = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== COMMA) id = id * 10 + (code - ZERO);
    else {
      ids[index++] = id;
      id = 0;
    }
  }
  ids[index] = id;
  return ids;
}

/** Objects without a value come last, and equal ones in the order of their ids. */
function orderStatement(
  reader: Reader,
  resource: Resource,
  order: { readonly column: string; readonly direction: "asc" | "desc" },
  where: Condition,
) {
  const id = sql.ref(`${resource.table}.id`);
  const by = storedExpression(reader, resource, order.column);
  const direction = sql.raw(order.direction);
  const statement = reader.dialect.joinedIds({
    table: resource.table,
    where,
    order: sql`${reader.dialect.nullsLast(by, order.direction)}, ${id} ${direction}`,
  });
  return { compile: () => statement.compile(reader.dialect.builder) };
}

/**
 * Names an order in the cache: of one caller with their present grants, and of one question. What a
 * caller typed is digested, so that no text of theirs stands in a key.
 */
function orderKey(
  caller: Caller,
  resource: Resource,
  order: { readonly column: string; readonly direction: string },
  filters: readonly Filter[],
  search: string,
): string {
  const plain = `${grantsId(caller)}|${resource.plural}|${order.column}|${order.direction}`;
  if (filters.length === 0 && search === "") return plain;
  // Not crypto.subtle: its way over another thread takes longer than all the rest of a list.
  const digest = createHash("sha256").update(JSON.stringify([filters, search])).digest("base64");
  return `${plain}|${digest}`;
}

const grantIds = new WeakMap<Caller["access"], number>();
let nextGrantId = 0;

/**
 * Names a caller with their grants: the number is one for each resolution of an account, so that it
 * changes with roles and grants. A caller's account lives seconds (auth/authenticate.ts), and so does
 * the number.
 */
function grantsId({ access, tenant, user }: Caller): string {
  const id = grantIds.get(access) ?? nextGrantId++;
  grantIds.set(access, id);
  return JSON.stringify([tenant, user.id, id]);
}

function chosenColumns(reader: Reader, resource: Resource, query: ListQuery): readonly string[] {
  const chosen = query.columns ?? [];
  const available = selectable(resource, reader.options.has);
  if (chosen.length === 0) return resource.defaults;
  const unknown = chosen.filter((name) => !available.includes(name));
  if (unknown.length > 0) {
    throw invalidArgument(
      `Cannot select ${unknown.map((name) => `'${name}'`).join(", ")} of ${resource.plural}.`,
      {
        hint: `Choose from: ${available.join(", ")}.`,
        details: { argument: "select_columns", unknown, valid: available },
      },
    );
  }
  return [...new Set(chosen)];
}

function chosenOrder(reader: Reader, resource: Resource, query: ListQuery) {
  const column = query.orderColumn ?? resource.order.column;
  const available = sortable(resource, reader.options.has);
  if (!available.includes(column)) {
    throw invalidArgument(`Cannot sort ${resource.plural} by '${column}'.`, {
      hint: `Sort by one of: ${available.join(", ")}.`,
      details: { argument: "order_column", valid: available },
    });
  }
  return { column, direction: query.orderDirection ?? resource.order.direction };
}
