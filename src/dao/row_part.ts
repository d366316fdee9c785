/** A part of a statement's rows: the columns of one object, and the object made of them. */
import type { Row } from "../drivers/metadata_database.ts";
import { decode } from "./decode.ts";
import { KeptRows } from "./kept_rows.ts";
import { storedExpression } from "./list.ts";
import type { Reader } from "./read.ts";
import type { Resource, Values } from "./resource.ts";
import { type RawBuilder, sql } from "./sql.ts";

export class RowPart<Made> {
  /** What the statement selects for it, each under a name of its own. */
  readonly columns: RawBuilder<unknown>;
  readonly #names: readonly (readonly [name: string, inRow: string])[];
  readonly #id: string;
  readonly #make: (values: Values) => Made;
  readonly #kept = new KeptRows<Made>();

  /**
   * @param prefix tells its columns from those of the other parts
   * @param columns by name, `id` among them
   */
  constructor(
    prefix: string,
    columns: Readonly<Record<string, RawBuilder<unknown>>>,
    make: (values: Values) => Made,
  ) {
    this.#names = Object.keys(columns).map((name) => [name, `${prefix}_${name}`]);
    this.#id = `${prefix}_id`;
    this.#make = make;
    this.columns = sql.join(
      this.#names.map(([name, inRow]) => sql`${columns[name]!} as ${sql.ref(inRow)}`),
    );
  }

  /** Some stored columns of a resource, decoded by their types. */
  static ofResource<Made>(
    reader: Reader,
    prefix: string,
    resource: Resource,
    names: readonly string[],
    make: (values: Values) => Made,
  ): RowPart<Made> {
    const columns = names.map((name) => [name, storedExpression(reader, resource, name)] as const);
    return new RowPart(prefix, Object.fromEntries(columns), (values) =>
      make(Object.fromEntries(
        names.map((name) => [name, decode(values[name], resource.columns[name]!.type)]),
      )));
  }

  /** The object in a row; null where there is no row, or none of its kind in it. */
  read(row: Row | undefined): Made | null {
    if (row === undefined) return null;
    const id = row[this.#id];
    if (id === null) return null;
    const values = this.#names.map(([, inRow]) => row[inRow]);
    return this.#kept.get(
      Number(id),
      values,
      () => this.#make(Object.fromEntries(this.#names.map(([name], at) => [name, values[at]]))),
    );
  }
}
