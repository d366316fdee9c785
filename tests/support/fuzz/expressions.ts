/** Values and conditions at random over the columns that are seen where they stand. */
import type { Column, Feature, Scope, Type } from "./grammar.ts";
import type { Random } from "./random.ts";

/** Where an expression stands. */
export interface Place {
  readonly columns: readonly Column[];
  /** Of queries around it: they can be seen, too. */
  readonly outer: readonly Column[];
  readonly scope: Scope;
  /** How many queries it stands in. */
  readonly depth: number;
  /** Names of whole rows. */
  readonly rows: readonly string[];
}

/** Makes a query of columns of these types, as one stands in parentheses. */
export type Subquery = (place: Place, types: readonly Type[]) => string;

export const MAX_DEPTH = 2;

/** With a type, which text alone has not. */
export const TEXT = "CAST('x' AS char(1))";

export class Expressions {
  readonly #random: Random;
  readonly #has: (feature: Feature) => boolean;
  readonly #subquery: Subquery;

  constructor(random: Random, has: (feature: Feature) => boolean, subquery: Subquery) {
    this.#random = random;
    this.#has = has;
    this.#subquery = subquery;
  }

  /** A column of the type; a constant where there is none. */
  column(type: Type, { columns, outer }: Place): string {
    const { chance, pick } = this.#random;
    const seen = outer.length > 0 && chance(0.25) ? outer : columns;
    const fitting = seen.filter((column) => column.type === type);
    if (fitting.length > 0) return pick(fitting).name;
    return type === "number" ? String(this.#random.below(20)) : TEXT;
  }

  value(type: Type, place: Place): string {
    const { chance, pick, below } = this.#random;
    if (chance(0.35)) return this.column(type, place);
    if (chance(0.12) && place.depth < MAX_DEPTH) return this.#scalar(type, place);
    if (chance(0.1)) {
      const [one, two] = [this.column(type, place), this.column(type, place)];
      return `CASE WHEN ${this.condition(place)} THEN ${one} ELSE ${two} END`;
    }
    if (chance(0.06) && this.#has("failing expressions")) {
      const failing = this.#failing(place);
      if (failing !== null) return type === "number" ? failing : `CAST(${failing} AS varchar(40))`;
    }
    if (type === "text") {
      if (chance(0.12) && this.#has("whole rows") && place.rows.length > 0) {
        const row = pick(place.rows);
        return pick([`${row}::text`, `row_to_json(${row})::text`, `to_jsonb(${row})::text`]);
      }
      const text = this.column("text", place);
      return pick([
        `upper(${text})`,
        `coalesce(${text}, 'none')`,
        `nullif(${text}, 'USA')`,
        `substr(${text}, 1, 3)`,
        `replace(${text}, 'n', 'N')`,
        `CAST(${this.column("number", place)} AS char(3))`,
      ]);
    }
    const number = this.column("number", place);
    return pick([
      `${number} + ${below(9)}`,
      `0 - ${number}`,
      `coalesce(${number}, 0)`,
      `nullif(${number}, 3)`,
      `${number} * ${this.column("number", place)}`,
      `length(${this.column("text", place)})`,
      `abs(${number} - 5)`,
    ]);
  }

  window(place: Place): string {
    const { chance, pick } = this.#random;
    const by = `PARTITION BY ${this.column("text", place)}`;
    if (!this.#has("ordered windows") || chance(0.4)) {
      return `count(*) OVER (${chance(0.7) ? by : ""})`;
    }
    const order = `ORDER BY ${this.column("number", place)}`;
    const called = pick(["rank()", "dense_rank()", `sum(${this.column("number", place)})`]);
    return `${called} OVER (${chance(0.5) ? `${by} ` : ""}${order})`;
  }

  /** Over the columns right there: one of columns outside would belong to that query. */
  aggregate(type: Type, at: Place): string {
    const { chance, pick } = this.#random;
    const place = { ...at, outer: [] };
    const [number, text] = [this.column("number", place), this.column("text", place)];
    const filter = chance(0.25) && this.#has("filter")
      ? ` FILTER (WHERE ${this.condition(place)})`
      : "";
    if (type === "text") {
      if (this.#has("whole rows") && place.rows.length > 0 && chance(0.2)) {
        return `CAST(count(${pick(place.rows)}) AS varchar(9))`;
      }
      const ordered = this.#has("ordered aggregates")
        ? [
          `string_agg(${text}, ',' ORDER BY ${text})`,
          `array_agg(${number} ORDER BY ${number})::text`,
          `percentile_disc(0.5) WITHIN GROUP (ORDER BY ${text})`,
        ]
        : [];
      const called = pick([`max(${text})`, `min(${text})`, ...ordered]);
      return called.endsWith("::text")
        ? `${called.slice(0, -6)}${filter}::text`
        : `${called}${filter}`;
    }
    return pick([
      "count(*)",
      `count(${text})`,
      `count(DISTINCT ${text})`,
      `sum(${number})`,
      `min(${number})`,
      `max(${number})`,
    ]) + filter;
  }

  /** A condition that joins two sources; equality of columns of both where `isEqual`. */
  joinCondition(
    left: readonly Column[],
    right: readonly Column[],
    isEqual: boolean,
  ): string | null {
    const { chance, pick, below } = this.#random;
    const types = (["number", "text"] as const).filter((type) =>
      [left, right].every((side) => side.some((column) => column.type === type))
    );
    if (types.length === 0) return isEqual ? null : "1 = 1";
    const type = pick(types);
    const [one, two] = [left, right].map((side) =>
      pick(side.filter((column) => column.type === type)).name
    );
    if (isEqual || chance(0.6)) return `${one} = ${two}`;
    return pick([`${one} < ${two}`, `${one} <> ${two} OR ${two} IS NULL`, `${below(2)} = 1`]);
  }

  condition(place: Place): string {
    const { chance, pick } = this.#random;
    if (!chance(0.35)) return this.#part(place);
    const [one, two] = [this.#part(place), this.#part(place)];
    return chance(0.2) ? `NOT (${one} OR ${two})` : `(${one} ${pick(["AND", "OR"])} ${two})`;
  }

  #part(place: Place): string {
    const { chance, pick, below } = this.#random;
    const [number, text] = [this.column("number", place), this.column("text", place)];
    if (chance(0.3) && place.depth < MAX_DEPTH) return this.#ofSubquery(number, text, place);
    if (chance(0.06) && this.#has("failing expressions")) {
      const failing = this.#failing(place);
      if (failing !== null) return `${failing} > -5`;
    }
    return pick([
      `${number} > ${below(800)}`,
      `${number} BETWEEN ${below(10)} AND ${below(1000)}`,
      `${number} IN (1, 2, 3, ${below(20)}, 999)`,
      `${text} <> '${pick(["CA", "USA", "x"])}'`,
      `${text} LIKE '${pick(["%a%", "CANARY%", "n%", "_S%"])}'`,
      `${text} IS NULL`,
      `${number} IS NOT NULL`,
      "1 = 1",
      `NOT (${number} = ${below(20)})`,
      `${number} >= ${this.column("number", place)}`,
      this.#has("is distinct from")
        ? `${text} IS DISTINCT FROM ${this.column("text", place)}`
        : `${text} = ${this.column("text", place)}`,
    ]);
  }

  #ofSubquery(number: string, text: string, place: Place): string {
    const { pick } = this.#random;
    const numbers = () => this.#subquery(place, ["number"]);
    const kinds = [
      () => `${number} IN (${numbers()})`,
      () => `${number} NOT IN (${numbers()})`,
      () => `${text} IN (${this.#subquery(place, ["text"])})`,
      () => `EXISTS (${numbers()})`,
      () => `NOT EXISTS (${numbers()})`,
      ...(this.#has("any and all")
        ? [
          () => `${number} = ANY (${numbers()})`,
          () => `${number} > ALL (${numbers()})`,
          () => `${text} <= SOME (${this.#subquery(place, ["text"])})`,
        ]
        : []),
      ...(this.#has("rows in conditions")
        ? [() => `(${number}, ${text}) IN (${this.#subquery(place, ["number", "text"])})`]
        : []),
      ...(this.#has("arrays") ? [() => `${number} = ANY (ARRAY(${numbers()}))`] : []),
    ];
    return pick(kinds)();
  }

  /** One value of all that a query gives. Engines differ on whether it may look out of its FROM. */
  #scalar(type: Type, place: Place): string {
    const called = this.#random.pick(["min", "max"]);
    const around = this.#has("lateral") ? place : { ...place, columns: [], outer: [] };
    return `(SELECT ${called}(one.v0) FROM (${this.#subquery(around, [type])}) one)`;
  }

  #failing({ columns }: Place): string | null {
    const failing = columns.filter((column) => column.failing !== undefined);
    if (failing.length === 0) return null;
    const { name, failing: expression } = this.#random.pick(failing);
    return expression!.replace("{}", name);
  }
}
