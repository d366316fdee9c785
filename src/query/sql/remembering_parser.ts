/**
 * A parser that remembers what it printed: a dashboard asks the same texts under the same rules
 * again and again, and what a text becomes depends on nothing else. Texts are kept, not trees.
 */
import { ServiceError } from "../../errors.ts";
import type { NamedTable, ParsedStatement, ParsedWrite, Rewrite, SqlParser } from "./dialect.ts";

interface KnownStatement {
  readonly tables: readonly NamedTable[];
  readonly fields: readonly string[] | undefined;
  sql: string | null;
  /** What it became, by what was to be changed. */
  readonly rewritten: Map<string, string>;
  /** With calls in it, for the columns that were last asked for. */
  stoppable: { readonly columns: ReadonlyMap<string, string>; readonly sql: string } | null;
}

/** Characters. It is anyone's who asks a dataset, and everyone waits while one is read. */
const MAX_EXPRESSION = 100_000;

/** Characters of text kept of each kind, questions and answers together. */
const KEPT_CHARACTERS = 2_000_000;
/** Callers under different rules ask the same text; the first of them are kept. */
const KEPT_REWRITES = 32;

export class RememberingParser implements SqlParser {
  readonly #inner: SqlParser;
  readonly #expressions = new KeptTexts<string>();
  readonly #clauses = new KeptTexts<string>();
  readonly #scripts = new KeptTexts<readonly string[]>();
  readonly #statements = new KeptTexts<KnownStatement>();

  readonly viewTables: SqlParser["viewTables"];

  constructor(inner: SqlParser) {
    this.#inner = inner;
    // Read now and then, for whole databases, and remembered there.
    this.viewTables = inner.viewTables && ((text) => inner.viewTables!(text));
  }

  expression(text: string): string {
    if (text.length > MAX_EXPRESSION) {
      throw new ServiceError(
        "too_large",
        `An expression is longer than ${MAX_EXPRESSION} characters, templates rendered.`,
        { hint: "Have its templates print less." },
      );
    }
    return this.#expressions.get(text, () => this.#inner.expression(text));
  }

  clause(text: string): string {
    return this.#clauses.get(text, () => this.#inner.clause(text));
  }

  split(text: string): readonly string[] {
    return this.#scripts.get(text, () => this.#inner.split(text));
  }

  /** What writes is read anew each time; what is known to read does not write. */
  write(text: string): ParsedWrite | null {
    if (this.#statements.has(keyOfText(text, 0))) return null;
    return this.#inner.write?.(text) ?? null;
  }

  statement(text: string, { parameters = 0 }: { readonly parameters?: number } = {}) {
    let parsed: ParsedStatement | null = null;
    const parse = () => parsed ??= this.#inner.statement(text, { parameters });
    const name = keyOfText(text, parameters);
    const grown = (by: number) => this.#statements.grow(name, by);
    const known = this.#statements.get(name, () => ({
      tables: parse().tables,
      fields: parse().fields,
      sql: null,
      rewritten: new Map(),
      stoppable: null,
    }));
    const statement: ParsedStatement = {
      tables: known.tables,
      fields: known.fields,
      get sql() {
        return known.sql ??= parse().sql;
      },
      get readable() {
        return parse().readable;
      },
      rewrite(changes) {
        const key = keyOf(changes);
        const before = known.rewritten.get(key);
        if (before !== undefined) return before;
        const sql = parse().rewrite(changes);
        if (known.rewritten.size < KEPT_REWRITES) {
          known.rewritten.set(key, sql);
          grown(key.length + sql.length);
        }
        return sql;
      },
      stoppable: (columns) => {
        if (known.stoppable?.columns !== columns) {
          const sql = parse().stoppable?.(columns) ?? text;
          known.stoppable = { columns, sql };
        }
        return known.stoppable.sql;
      },
    };
    return statement;
  }
}

function keyOfText(text: string, parameters: number): string {
  return `${parameters} ${text}`;
}

function keyOf({ filters, names, virtual, schema, limit }: Rewrite): string {
  return JSON.stringify([
    ...[[...filters ?? []], [...names ?? []], virtual ?? null, schema ?? null],
    limit ?? null,
  ]);
}

/** What was made of texts, the oldest forgotten first. What fails is not kept. */
class KeptTexts<Made> {
  readonly #made = new Map<string, { readonly made: Made; characters: number }>();
  #characters = 0;

  has(text: string): boolean {
    return this.#made.has(text);
  }

  get(text: string, make: () => Made): Made {
    const before = this.#made.get(text);
    if (before !== undefined) return before.made;
    const made = make();
    this.#made.set(text, { made, characters: 0 });
    // As much again for what it becomes.
    this.grow(text, text.length * 2);
    return made;
  }

  /** Counts what was made of a text besides, as long as that is kept. */
  grow(text: string, characters: number): void {
    const kept = this.#made.get(text);
    if (kept === undefined) return;
    kept.characters += characters;
    this.#characters += characters;
    for (const [oldest, { characters }] of this.#made) {
      if (this.#characters <= KEPT_CHARACTERS) break;
      this.#made.delete(oldest);
      this.#characters -= characters;
    }
  }
}
