/** A place in a list of tokens, and what a parser asks there. */
import type { ServiceError } from "../../../errors.ts";
import { syntaxFault } from "../syntax_fault.ts";
import { positionOf, type Token } from "./tokens.ts";

/** Words that end an expression or a source, so that they can't be names without quotes. */
const RESERVED: ReadonlySet<string> = new Set(
  `ALL AND AS ASC BETWEEN BY CASE COLLATE CROSS DESC DISTINCT DIV ELSE END ESCAPE EXCEPT EXISTS FETCH
  FOR FORCE FROM FULL GLOB GROUP HAVING IGNORE IN INDEXED INNER INTERSECT INTO IS ISNULL JOIN LATERAL
  LEFT LIKE LIMIT LOCK MATCH MINUS MOD NATURAL NOT NOTNULL NULL OFFSET ON OR ORDER OUTER PARTITION
  PROCEDURE REGEXP RETURNING RIGHT RLIKE SELECT SEPARATOR SET STRAIGHT_JOIN TABLE THEN UNION UPDATE
  USE USING VALUES WHEN WHERE WINDOW WITH XOR`.split(/\s+/),
);

export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  get token(): Token {
    return this.#tokens[this.#index]!;
  }

  get atEnd(): boolean {
    return this.token.kind === "end";
  }

  /** @param ahead negative for what was passed */
  peek(ahead: number): Token {
    const index = Math.max(0, Math.min(this.#index + ahead, this.#tokens.length - 1));
    return this.#tokens[index]!;
  }

  /** The text of the tokens since one, as it was written. */
  textSince(first: Token): string {
    return this.#text.slice(first.at, this.peek(-1).end);
  }

  next(): Token {
    const token = this.token;
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** Whether these words or signs come next. */
  at(...texts: readonly string[]): boolean {
    return texts.every((text, index) => {
      const token = this.peek(index);
      return (token.kind === "word" || token.kind === "symbol") && token.text === text;
    });
  }

  /** Goes past these words or signs where they come next. */
  take(...texts: readonly string[]): boolean {
    if (!this.at(...texts)) return false;
    this.#index += texts.length;
    return true;
  }

  /** @throws ServiceError invalid_sql where they do not come next */
  expect(...texts: readonly string[]): void {
    if (!this.take(...texts)) throw this.fault();
  }

  /** One of these, if it comes next. */
  takeOne(texts: readonly string[]): string | null {
    return texts.find((text) => this.take(...text.split(" "))) ?? null;
  }

  get atName(): boolean {
    const { kind, text } = this.token;
    return kind === "name" || (kind === "word" && !RESERVED.has(text));
  }

  /** A name, in quotes or not. */
  name(): string {
    if (!this.atName) throw this.fault();
    return this.next().written;
  }

  /** At least one of what `read` reads, with commas between. */
  list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.take(",")) items.push(read());
    return items;
  }

  /** `( … )` around what `read` reads. */
  inParentheses<Inside>(read: () => Inside): Inside {
    this.expect("(");
    const inside = read();
    this.expect(")");
    return inside;
  }

  fault(): ServiceError {
    const { kind, text, at } = this.token;
    const near = kind === "end"
      ? "syntax error at end of input"
      : kind === "word" || kind === "symbol"
      ? `syntax error at or near "${text}"`
      : "syntax error";
    return syntaxFault(near, positionOf(this.#text, at));
  }
}
