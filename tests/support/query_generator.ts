/**
 * Makes queries over the tables of guarded_engine.ts at random: joins, common tables, set
 * operations, subqueries, windows. All mean the same on each engine, and each can be run.
 */
const COLUMNS: Readonly<Record<string, readonly (readonly [name: string, type: Type])[]>> = {
  sales: [["id", "number"], ["country", "text"], ["year", "number"], ["amount", "number"]],
  births: [["name", "text"], ["gender", "text"], ["state", "text"], ["num", "number"]],
  notes: [["id", "number"], ["country", "text"], ["note", "text"]],
  plans: [["id", "number"], ["plan", "text"]],
};

type Type = "number" | "text";
interface Source {
  readonly sql: string;
  readonly columns: readonly (readonly [name: string, type: Type])[];
}
/** The tables that a name means where it is written. */
type Scope = ReadonlyMap<string, Source["columns"]>;

/** @param random numbers from 0 to below 1 */
export function randomQuery(random: () => number): string {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const chance = (share: number) => random() < share;
  let aliases = 0;
  return select(new Map(Object.entries(COLUMNS)), 0, null).sql;

  /** A SELECT of one or more columns; `types` says of which, where it has to fit. */
  function select(outer: Scope, depth: number, types: readonly Type[] | null): Source {
    const { text, scope } = chance(0.25) && depth < 2 ? withClause(outer, depth) : {
      text: "",
      scope: outer,
    };
    const body = core(scope, depth, types);
    let sql = body.sql;
    if (chance(0.2) && depth < 2) {
      const operator = pick(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]);
      sql += ` ${operator} ${core(scope, depth + 1, body.columns.map(([, type]) => type)).sql}`;
    }
    return { sql: text + sql, columns: body.columns };
  }

  function withClause(outer: Scope, depth: number): { text: string; scope: Scope } {
    const scope = new Map(outer);
    const parts: string[] = [];
    for (let count = chance(0.3) ? 2 : 1; count > 0; count--) {
      // A name of its own, or that of a table.
      const name = chance(0.5) ? pick(Object.keys(COLUMNS)) : `c${aliases++}`;
      if (parts.some((part) => part.startsWith(`${name} `))) continue;
      const made = select(scope, depth + 1, null);
      parts.push(`${name} AS (${made.sql})`);
      scope.set(name, made.columns);
    }
    return { text: `WITH ${parts.join(", ")} `, scope };
  }

  function core(scope: Scope, depth: number, types: readonly Type[] | null): Source {
    const from = source(scope, depth);
    let clause = from.sql;
    let columns = [...from.columns];
    if (chance(0.4)) {
      const other = source(scope, depth);
      const join = pick(["JOIN", "LEFT JOIN", "CROSS JOIN"]);
      const on = join === "CROSS JOIN" ? "" : ` ON ${joinCondition(columns, other.columns)}`;
      clause += ` ${join} ${other.sql}${on}`;
      columns = [...columns, ...other.columns];
    }
    const where = chance(0.6) ? ` WHERE ${condition(columns, scope, depth)}` : "";
    const wanted = types ??
      Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick<Type>(["number", "text"]));
    if (chance(0.3)) {
      const aggregates = wanted.map((type, index) => `${aggregate(type, columns)} AS a${index}`);
      return {
        sql: `SELECT ${aggregates.join(", ")} FROM ${clause}${where}`,
        columns: wanted.map((type, index) => [`a${index}`, type] as const),
      };
    }
    const values = wanted.map((type, index) =>
      `${value(type, columns, scope, depth)} AS v${index}`
    );
    return {
      sql: `SELECT ${chance(0.2) ? "DISTINCT " : ""}${values.join(", ")} FROM ${clause}${where}`,
      columns: wanted.map((type, index) => [`v${index}`, type] as const),
    };
  }

  /** A table or a subquery under an alias; its columns are written with that. */
  function source(scope: Scope, depth: number): Source {
    const alias = `t${aliases++}`;
    if (chance(0.2) && depth < 2) {
      const inner = select(scope, depth + 1, null);
      return aliased(`(${inner.sql}) AS ${alias}`, alias, inner.columns);
    }
    const name = pick([...scope.keys()]);
    // Sometimes the table's own name is its alias.
    return aliased(`${name} ${chance(0.5) ? "AS " : ""}${alias}`, alias, scope.get(name)!);
  }

  function aliased(sql: string, alias: string, columns: Source["columns"]): Source {
    return { sql, columns: columns.map(([name, type]) => [`${alias}.${name}`, type] as const) };
  }

  function column(type: Type, columns: Source["columns"]): string {
    const fitting = columns.filter(([, has]) => has === type);
    if (fitting.length > 0) return pick(fitting)[0];
    return type === "number" ? "1" : "'x'";
  }

  function value(type: Type, columns: Source["columns"], scope: Scope, depth: number): string {
    if (chance(0.1) && depth < 2) return `(${core(scope, 2, [type]).sql} LIMIT 0)`;
    if (chance(0.2)) {
      const one = column(type, columns);
      return `CASE WHEN ${condition(columns, scope, 2)} THEN ${one} ELSE ${
        column(type, columns)
      } END`;
    }
    if (type === "text") {
      return chance(0.3) ? `upper(${column("text", columns)})` : column(type, columns);
    }
    if (chance(0.2)) return `count(*) OVER (PARTITION BY ${column("text", columns)})`;
    return chance(0.3) ? `${column(type, columns)} + 1` : column(type, columns);
  }

  function aggregate(type: Type, columns: Source["columns"]): string {
    return type === "text" ? `max(${column("text", columns)})` : pick([
      "count(*)",
      `sum(${column("number", columns)})`,
      `min(${column("number", columns)})`,
    ]);
  }

  function joinCondition(left: Source["columns"], right: Source["columns"]): string {
    const type = pick<Type>(["number", "text"]);
    return `${column(type, left)} = ${column(type, right)}`;
  }

  function condition(columns: Source["columns"], scope: Scope, depth: number): string {
    const part = () => {
      const number = column("number", columns);
      const kind = random();
      if (kind < 0.2) return `${number} > ${Math.floor(random() * 800)}`;
      if (kind < 0.35) return `${column("text", columns)} <> '${pick(["CA", "USA", "x"])}'`;
      if (kind < 0.45) return `${number} IS NOT NULL`;
      if (kind < 0.55) return "1 = 1";
      if (kind < 0.65) return `NOT (${number} = ${Math.floor(random() * 20)})`;
      if (depth >= 2) return `${number} < 500`;
      if (kind < 0.85) return `${number} IN (${core(scope, depth + 1, ["number"]).sql})`;
      return `EXISTS (${correlated(scope, number)})`;
    };
    return chance(0.4) ? `(${part()} ${pick(["AND", "OR"])} ${part()})` : part();
  }

  function correlated(scope: Scope, outside: string): string {
    const inner = source(scope, 2);
    return `SELECT 1 FROM ${inner.sql} WHERE ${column("number", inner.columns)} = ${outside}`;
  }
}

/** Numbers at random that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
