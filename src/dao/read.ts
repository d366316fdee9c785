/**
 * One read of the workspace as one person: runs statements, and turns rows into what a client gets.
 * Everything that reads objects goes through here, and the conditions of `visibility.ts` with it.
 */
import type { Caller } from "../auth/caller.ts";
import type { MetadataDatabase, Row } from "../drivers/metadata_database.ts";
import { decode } from "./decode.ts";
import type { Relation } from "./relation.ts";
import type { DeriveContext, HasColumn, Resource, Values } from "./resource.ts";
import { bind, type Dialect, DIALECTS, type sql, type Template, template } from "./sql.ts";
import { callerValues, type View, viewKey, viewOf, type ViewSettings } from "./visibility.ts";

/** What the reads of a process share. */
export interface ReadOptions {
  readonly database: MetadataDatabase;
  readonly has: HasColumn;
  readonly settings: ViewSettings;
  readonly supersetUrl: string;
  readonly now: () => number;
}

/** Columns to read and how to make the answer of them. */
export interface Selection {
  /** The stored columns that the statement gives. */
  readonly stored: readonly string[];
  /** The columns of the answer. */
  readonly wanted: readonly string[];
  readonly relations: readonly (readonly [column: string, relation: Relation])[];
}

/** The most texts that are kept compiled; plain lists and gets need fewer. */
const MAX_TEMPLATES = 512;

export class Reader {
  readonly options: ReadOptions;
  readonly dialect: Dialect;
  readonly #templates = new Map<string, Template>();
  /** A caller's never change: one whose grants do is made anew. */
  readonly #views = new WeakMap<Caller, View>();

  constructor(options: ReadOptions) {
    this.options = options;
    this.dialect = DIALECTS[options.database.dialect];
  }

  view(caller: Caller): View {
    const ready = this.#views.get(caller);
    if (ready !== undefined) return ready;
    const view = viewOf(caller, this.dialect, this.options.settings);
    this.#views.set(caller, view);
    return view;
  }

  get deriveContext(): DeriveContext {
    return { supersetUrl: this.options.supersetUrl, now: this.options.now() };
  }

  /**
   * Runs a statement as a caller.
   * @param key names the text where it is one of a fixed set: it is then compiled once, and the
   *   server keeps its plan; null where it depends on a caller's arguments
   */
  async run(
    caller: Caller,
    key: string | null,
    build: (view: View) => { compile: () => ReturnType<ReturnType<typeof sql>["compile"]> },
    values: Readonly<Record<string, unknown>> = {},
  ): Promise<readonly Row[]> {
    const view = this.view(caller);
    const text = key === null
      ? template(build(view))
      : this.#template(`${key}|${viewKey(view)}`, () => build(view));
    return await this.options.database.read(
      bind(text, { ...callerValues(caller, this.dialect), ...values }, key !== null),
    );
  }

  #template(key: string, build: () => Parameters<typeof template>[0]): Template {
    const known = this.#templates.get(key);
    if (known) return known;
    const made = template(build());
    if (this.#templates.size < MAX_TEMPLATES) this.#templates.set(key, made);
    return made;
  }

  /** The rows' related objects by column and by the object's id; one statement a relation. */
  async related(
    caller: Caller,
    resource: Resource,
    selection: Selection,
    ids: readonly number[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, readonly Values[]>>> {
    const loaded = await Promise.all(
      selection.relations.map(async ([column, relation]) =>
        [
          column,
          await this.relation(caller, `${resource.plural}.${column}`, relation, ids),
        ] as const
      ),
    );
    return new Map(loaded);
  }

  async relation(
    caller: Caller,
    key: string,
    relation: Relation,
    ids: readonly number[],
  ): Promise<ReadonlyMap<number, readonly Values[]>> {
    if (ids.length === 0) return new Map();
    const { has } = this.options;
    const rows = await this.run(
      caller,
      `relation|${key}`,
      (view) => ({ compile: () => relation.statement(view, has).compile(this.dialect.builder) }),
      { ids: this.dialect.list(ids) },
    );
    const byOwner = new Map<number, Values[]>();
    for (const row of rows) {
      const owner = Number(row.owner_id);
      const values: Values = {};
      for (const [name, type] of Object.entries(relation.types)) {
        values[name] = decode(row[name], type);
      }
      const list = byOwner.get(owner) ?? [];
      list.push(relation.shape ? relation.shape(values) : values);
      byOwner.set(owner, list);
    }
    return byOwner;
  }

  /** The answer's form of a row. */
  present(
    resource: Resource,
    selection: Selection,
    row: Row,
    related: ReadonlyMap<string, ReadonlyMap<number, readonly Values[]>>,
    context: DeriveContext,
  ): Values {
    const values: Values = {};
    for (const name of selection.stored) {
      values[name] = decode(row[name], resource.columns[name]!.type);
    }
    for (const [name] of selection.relations) {
      values[name] = related.get(name)?.get(values.id as number) ?? [];
    }
    const answer: Values = {};
    for (const name of selection.wanted) {
      const column = resource.columns[name]!;
      answer[name] = column.source === "derived" ? column.derive(values, context) : values[name];
    }
    return answer;
  }
}

/** Which stored columns, derived columns and relations an answer takes. */
export function selectionOf(resource: Resource, wanted: readonly string[]): Selection {
  const stored = new Set<string>(["id"]);
  const relations = new Map<string, Relation>();
  for (const name of wanted) {
    const column = resource.columns[name];
    if (!column) throw new Error(`Resource ${resource.plural} has no column ${name}`);
    if (column.source === "stored") stored.add(name);
    else if (column.source === "related") relations.set(name, column.relation);
    else {
      for (const need of column.needs) {
        const needed = resource.columns[need];
        if (needed?.source === "related") relations.set(need, needed.relation);
        else stored.add(need);
      }
    }
  }
  return { stored: [...stored], wanted, relations: [...relations] };
}
