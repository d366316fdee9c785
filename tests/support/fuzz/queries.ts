/**
 * Makes queries over tables under rules at random: joins of all kinds, common tables, set operations,
 * subqueries, windows, whole rows, names spelled in many ways. Each can be run, and gives the same
 * rows whenever it is run, in some order.
 */
import { Expressions, MAX_DEPTH, type Place, TEXT } from "./expressions.ts";
import {
  type Column,
  type Feature,
  type Scope,
  type Source,
  TABLES,
  type Type,
} from "./grammar.ts";
import type { Random } from "./random.ts";

export function randomQuery(random: Random, features: ReadonlySet<Feature>): string {
  return new Queries(random, (feature) => features.has(feature)).top();
}

/** A query, and what its columns are: v0, v1 and so on. */
interface Query {
  readonly sql: string;
  readonly types: readonly Type[];
}

const NOWHERE: Omit<Place, "scope" | "depth"> = { columns: [], outer: [], rows: [] };

class Queries {
  readonly #random: Random;
  readonly #has: (feature: Feature) => boolean;
  readonly #expressions: Expressions;
  #aliases = 0;

  constructor(random: Random, has: (feature: Feature) => boolean) {
    this.#random = random;
    this.#has = has;
    this.#expressions = new Expressions(
      random,
      has,
      (place, types) => this.#query({ ...place, depth: place.depth + 1 }, types).sql,
    );
  }

  top(): string {
    const { chance, below } = this.#random;
    const place = { ...NOWHERE, scope: TABLES, depth: 0 };
    if (chance(0.05) && this.#has("table command")) {
      return `TABLE ${this.#spelled(this.#random.pick([...TABLES.keys()]))}`;
    }
    const { sql, types } = this.#query(place, null);
    if (!chance(0.3)) return sql;
    // All columns, so that which rows come first is settled.
    const order = `ORDER BY ${types.map((_, at) => at + 1).join(", ")}`;
    return `SELECT * FROM (${sql}) q ${order} LIMIT ${below(20)}`;
  }

  /** What may be seen of `place` are its columns, from outside: what is made is another query. */
  #query(place: Place, wanted: readonly Type[] | null): Query {
    const { chance, pick } = this.#random;
    const around: Place = {
      ...{ ...place, columns: [], rows: [] },
      outer: chance(0.7) ? [...place.columns, ...place.outer] : [],
    };
    const mayName = place.depth === 0 ||
      (place.depth < MAX_DEPTH && this.#has("with in subqueries"));
    const named = mayName && chance(0.25) ? this.#withClause(around) : null;
    const inside = named === null ? around : { ...around, scope: named.scope };
    const types = wanted ?? this.#types();
    let sql = this.#core(inside, types);
    while (chance(0.15) && place.depth < MAX_DEPTH) {
      const operator = pick(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]);
      const other = this.#core({ ...inside, depth: place.depth + 1 }, types);
      sql = this.#has("parentheses of set operations") && chance(0.4)
        ? `(${sql}) ${operator} (${other})`
        : `${sql} ${operator} ${other}`;
    }
    return { sql: (named?.sql ?? "") + sql, types };
  }

  #types(): Type[] {
    return Array.from(
      { length: 1 + this.#random.below(3) },
      () => this.#random.pick<Type>(["number", "text"]),
    );
  }

  #withClause(place: Place): { readonly sql: string; readonly scope: Scope } {
    const { chance, pick } = this.#random;
    const scope = new Map(place.scope);
    const isRecursive = chance(0.25) && this.#has("recursive");
    const parts = new Map<string, string>();
    for (let count = chance(0.3) && !isRecursive ? 2 : 1; count > 0; count--) {
      // A name of its own, or that of a table.
      const name = chance(0.5) ? pick([...TABLES.keys()]) : `c${this.#aliases++}`;
      if (parts.has(name)) continue;
      const inside = { ...place, outer: [], scope, depth: place.depth + 1 };
      if (isRecursive) {
        parts.set(name, `(v0, v1) AS (${this.#recursive(name, inside)})`);
        scope.set(name, columnsOf(["number", "text"]));
        continue;
      }
      const { sql, types } = this.#query(inside, null);
      const how = this.#has("materialized")
        ? pick(["", "", "MATERIALIZED ", "NOT MATERIALIZED "])
        : "";
      parts.set(name, ` AS ${how}(${sql})`);
      scope.set(name, columnsOf(types));
    }
    const list = [...parts].map(([name, rest]) => name + rest).join(", ");
    return { sql: `WITH ${isRecursive ? "RECURSIVE " : ""}${list} `, scope };
  }

  /** It ends: each step counts, to five. Its own name means itself from its first part on. */
  #recursive(name: string, place: Place): string {
    const scope = new Map(place.scope);
    scope.delete(name);
    const start = this.#core({ ...place, scope }, ["number", "text"]);
    const other = this.#table(scope);
    const on = this.#expressions.joinCondition(
      [{ name: "r.v0", type: "number" }, { name: "r.v1", type: "text" }],
      other.columns,
      true,
    );
    const step = `SELECT r.v0 + 1, r.v1 FROM ${name} r`;
    const joined = on === null || this.#random.chance(0.5) ? "" : ` JOIN ${other.sql} ON ${on}`;
    return `${start} UNION ${step}${joined} WHERE r.v0 < 5`;
  }

  /** One SELECT, or VALUES. */
  #core(place: Place, types: readonly Type[]): string {
    const { chance } = this.#random;
    if (chance(0.04) && this.#has("values")) return this.#values(types);
    const from = this.#from(place);
    const inside: Place = { ...place, columns: from.columns, rows: from.rows };
    const where = chance(0.6) ? ` WHERE ${this.#expressions.condition(inside)}` : "";
    if (chance(0.3)) return this.#grouped(inside, types, ` FROM ${from.sql}${where}`);
    const values = types.map((type) =>
      type === "number" && chance(0.12)
        ? this.#expressions.window(inside)
        : this.#expressions.value(type, inside)
    );
    const list = values.map((value, at) => `${value} AS v${at}`).join(", ");
    if (chance(0.1) && this.#has("distinct on")) {
      // Which row is kept is settled by the whole row.
      const order = values.map((_, at) => at + 1).join(", ");
      return `(SELECT DISTINCT ON (1) ${list} FROM ${from.sql}${where} ORDER BY ${order})`;
    }
    return `SELECT ${chance(0.2) ? "DISTINCT " : ""}${list} FROM ${from.sql}${where}`;
  }

  #values(types: readonly Type[]): string {
    const { below, pick } = this.#random;
    const row = () =>
      types.map((type) => type === "number" ? below(20) : `'${pick(["USA", "CA", "x"])}'`).join(
        ", ",
      );
    const names = types.map((_, at) => `v${at}`).join(", ");
    return `SELECT * FROM (VALUES (${row()}), (${row()})) AS w(${names})`;
  }

  #grouped(place: Place, types: readonly Type[], from: string): string {
    const { chance, pick } = this.#random;
    const by = chance(0.6) ? [this.#expressions.column("text", { ...place, outer: [] })] : [];
    // PostgreSQL 15 and before lose track of constants in grouping sets.
    if (by[0] === TEXT) by.pop();
    if (by.length > 0 && chance(0.3)) {
      const second = this.#expressions.column("number", { ...place, outer: [] });
      if (!/^\d/.test(second)) by.push(second);
    }
    const values = types.map((type) =>
      by.length > 0 && type === "text" && chance(0.5)
        ? by[0]!
        : this.#expressions.aggregate(type, place)
    );
    const list = values.map((value, at) => `${value} AS v${at}`).join(", ");
    const set = by.join(", ");
    const group = by.length === 0
      ? ""
      : ` GROUP BY ${
        this.#has("grouping sets") && chance(0.3)
          ? pick([`ROLLUP (${set})`, `CUBE (${set})`, `GROUPING SETS ((${set}), ())`])
          : set
      }`;
    const having = chance(0.25)
      ? ` HAVING ${this.#expressions.aggregate("number", place)} ${pick([">", "<>"])} 2`
      : "";
    return `SELECT ${list}${from}${group}${having}`;
  }

  #from(place: Place): { sql: string; columns: readonly Column[]; rows: readonly string[] } {
    const { chance, pick } = this.#random;
    const first = this.#source(place);
    let sql = first.sql;
    let columns = first.columns;
    let rows = first.row === null ? [] : [first.row];
    for (let joins = pick([0, 0, 0, 1, 1, 2]); joins > 0; joins--) {
      const lateral = chance(0.15) && this.#has("lateral");
      const other = lateral ? this.#lateral({ ...place, columns, rows }) : this.#source(place);
      const join = this.#join(columns, other, { lateral, isLast: joins === 1 });
      sql = `${sql} ${join}`;
      columns = [...columns, ...other.columns];
      if (other.row !== null) rows = [...rows, other.row];
    }
    return { sql, columns, rows };
  }

  #join(
    left: readonly Column[],
    other: Source,
    { lateral, isLast }: { readonly lateral: boolean; readonly isLast: boolean },
  ): string {
    const { pick, chance } = this.#random;
    const kinds = ["JOIN", "LEFT JOIN", "CROSS JOIN"];
    if (!lateral && this.#has("right join")) kinds.push("RIGHT JOIN");
    if (!lateral && this.#has("full join")) kinds.push("FULL JOIN");
    const kind = pick(kinds);
    // A join after a comma would not see what is before it.
    if (kind === "CROSS JOIN") return `${chance(0.4) && isLast ? "," : kind} ${other.sql}`;
    const on = this.#expressions.joinCondition(left, other.columns, kind === "FULL JOIN");
    return on === null ? `CROSS JOIN ${other.sql}` : `${kind} ${other.sql} ON ${on}`;
  }

  /** A table, a subquery, or a pair of tables that share columns, under an alias. */
  #source(place: Place): Source {
    const { chance } = this.#random;
    if (chance(0.18) && place.depth < MAX_DEPTH) {
      const { sql, types } = this.#query({
        ...place,
        columns: [],
        outer: [],
        depth: place.depth + 1,
      }, null);
      return this.#aliased(`(${sql})`, columnsOf(types));
    }
    if (chance(0.04) && this.#has("functions in from")) {
      const alias = this.#alias();
      const columns: readonly Column[] = [{ name: `${alias}.g`, type: "number" }];
      return {
        sql: `generate_series(1, ${this.#random.below(9)}) AS ${alias}(g)`,
        columns,
        row: null,
      };
    }
    if (chance(0.08) && this.#has("using") && SHARED.every((name) => isTable(name, place.scope))) {
      return this.#shared();
    }
    return this.#table(place.scope);
  }

  #lateral(place: Place): Source {
    const { sql, types } = this.#query({ ...place, depth: place.depth + 1 }, null);
    return this.#aliased(`LATERAL (${sql})`, columnsOf(types));
  }

  /** Sales and notes share the columns id and country. */
  #shared(): Source {
    const { pick, chance } = this.#random;
    const [one, two] = [this.#alias(), this.#alias()];
    const kind = pick(["JOIN", "LEFT JOIN", "JOIN"]);
    const how = chance(0.3) && this.#has("natural join")
      ? null
      : pick(["id", "country", "id, country"]);
    const tables = [`${this.#spelled("sales")} ${one}`, `${this.#spelled("notes")} AS ${two}`];
    const sql = how === null
      ? tables.join(` NATURAL ${kind} `)
      : `${tables.join(` ${kind} `)} USING (${how})`;
    const columns = [...named(one, TABLES.get("sales")!), ...named(two, TABLES.get("notes")!)];
    return { sql: `(${sql})`, columns, row: null };
  }

  #table(scope: Scope): Source {
    const { pick, chance } = this.#random;
    const name = pick([...scope.keys()]);
    // With its schema it is the table, whatever common table has its name.
    const isQualified = TABLES.has(name) && this.#has("qualified names") && chance(0.2);
    const columns = isQualified ? TABLES.get(name)! : scope.get(name)!;
    const sql = isQualified
      ? `${pick(["public", "PUBLIC", '"public"'])}.${this.#spelled(name)}`
      : this.#spelled(name);
    return this.#aliased(sql, columns);
  }

  /** The same name to the engine. */
  #spelled(name: string): string {
    const { pick } = this.#random;
    const spellings = [name, name, name];
    if (this.#has("qualified names")) {
      spellings.push(name.toUpperCase(), `"${name}"`, `U&"\\${hex(name)}${name.slice(1)}"`);
    }
    return pick(spellings);
  }

  #aliased(sql: string, columns: readonly Column[]): Source {
    const alias = this.#alias();
    const { chance } = this.#random;
    if (!this.#has("column lists") || !chance(0.15)) {
      return {
        sql: `${sql} ${chance(0.5) ? "AS " : ""}${alias}`,
        columns: named(alias, columns),
        row: alias,
      };
    }
    // A list may name the first columns only. A table's row keeps the table's names of them, which
    // that of a subquery, as the guard makes it, has not.
    const list = columns.slice(0, 1 + this.#random.below(columns.length)).map((_, at) => `x${at}`);
    const renamed = columns.map((column, at) => ({ ...column, name: list[at] ?? column.name }));
    return {
      sql: `${sql} AS ${alias}(${list.join(", ")})`,
      columns: named(alias, renamed),
      row: null,
    };
  }

  /** Now and then another table's name. */
  #alias(): string {
    return `${this.#random.pick(["t", "t", "Q", "sales_", "s"])}${this.#aliases++}`;
  }
}

const SHARED = ["sales", "notes"];

function isTable(name: string, scope: Scope): boolean {
  return scope.get(name) === TABLES.get(name);
}

function named(alias: string, columns: readonly Column[]): Column[] {
  return columns.map((column) => ({ ...column, name: `${alias}.${column.name}` }));
}

function columnsOf(types: readonly Type[]): Column[] {
  return types.map((type, at) => ({ name: `v${at}`, type }));
}

function hex(name: string): string {
  return name.charCodeAt(0).toString(16).padStart(4, "0");
}
