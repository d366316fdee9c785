/** The DAO layer as tools see it: every read takes the caller, and gives what that caller may see. */
import type { Caller } from "../auth/caller.ts";
import { notFound } from "../errors.ts";
import type { Operator } from "./filters.ts";
import { filterable } from "./filters.ts";
import { get, type Identifier } from "./get.ts";
import { list, type ListPage, type ListQuery, type OrderCache } from "./list.ts";
import { QuerySources } from "./query_sources.ts";
import { Reader, type ReadOptions } from "./read.ts";
import type { Relation } from "./relation.ts";
import { type Resource, selectable, sortable, type Values } from "./resource.ts";
import { type Condition, sql } from "./sql.ts";
import type { Visible } from "./visibility.ts";

export class Dao {
  readonly #reader: Reader;
  readonly #orders: OrderCache | null;
  /** What queries are made of. */
  readonly sources: QuerySources;

  /** @param orders keeps the order of lists for a moment; null to read it each time */
  constructor(options: ReadOptions, orders: OrderCache | null) {
    this.#reader = new Reader(options);
    this.#orders = orders;
    this.sources = new QuerySources(this.#reader);
  }

  /** One page of a list. @throws ServiceError `invalid_argument` */
  list(resource: Resource, caller: Caller, query: ListQuery): Promise<ListPage> {
    return list(this.#reader, this.#orders, resource, caller, query);
  }

  /** One object, or null where the caller may see none by that identifier. */
  find(
    resource: Resource,
    caller: Caller,
    identifier: Identifier,
    columns: readonly string[],
  ): Promise<Values | null> {
    return get(this.#reader, resource, caller, identifier, columns);
  }

  /** One object. @throws ServiceError `not_found`, in the same words whether or not it exists */
  async get(
    resource: Resource,
    caller: Caller,
    identifier: Identifier,
    columns: readonly string[],
  ): Promise<Values> {
    const found = await this.find(resource, caller, identifier, columns);
    if (found) return found;
    throw notFound(
      resource.label,
      identifier,
      `Use list_${resource.plural} to see those you may read.`,
    );
  }

  /** Rows that belong to one object the caller was already given. */
  async related(
    caller: Caller,
    key: string,
    relation: Relation,
    id: number,
  ): Promise<readonly Values[]> {
    return (await this.#reader.relation(caller, key, relation, [id])).get(id) ?? [];
  }

  /**
   * Counts what the caller may see of a kind, and of these how many fit each measure.
   * @param measures conditions by name, of a text that depends on what kinds of grants the caller
   *   has and on nothing else; what varies in them is in `values`
   */
  async count(
    resource: Resource,
    caller: Caller,
    measures: Readonly<Record<string, Condition | Visible>> = {},
    values: Readonly<Record<string, unknown>> = {},
  ): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#reader.run(
      caller,
      `count|${resource.plural}|${Object.keys(measures).join(",")}`,
      (view) =>
        this.#reader.dialect.builder
          .selectFrom(resource.table)
          .select([
            sql<number>`count(*)`.as("total"),
            ...Object.entries(measures).map(([name, measure]) => {
              const condition = typeof measure === "function" ? measure(view) : measure;
              return sql<number>`count(case when ${condition} then 1 end)`.as(name);
            }),
          ])
          .where(resource.visible(view)),
      values,
    );
    const row = rows[0] ?? {};
    const names = ["total", ...Object.keys(measures)];
    return Object.fromEntries(names.map((name) => [name, Number(row[name])]));
  }

  /** Rejects where the database can't answer. */
  async ping(): Promise<void> {
    await this.#reader.options.database.read({
      sql: "select 1 as one",
      parameters: [],
      prepared: true,
    });
  }

  /** What may be selected, filtered and sorted on this Superset. */
  shape(resource: Resource): {
    readonly select: readonly string[];
    readonly filter: Readonly<Record<string, readonly Operator[]>>;
    readonly sort: readonly string[];
  } {
    const { has } = this.#reader.options;
    return {
      select: selectable(resource, has),
      filter: filterable(resource, has),
      sort: sortable(resource, has),
    };
  }
}
