/** Tokens read one after the other, with one to look ahead at, and a bound on nesting. */
import type { Token, TokenKind } from "./lexer.ts";
import { TemplateFault } from "./template_fault.ts";

/** Deeper than anyone writes, and far from the end of the stack. */
const MAX_DEPTH = 60;

export class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The next token, or null at the end. */
  peek(ahead = 0): Token | null {
    return this.#tokens[this.#at + ahead] ?? null;
  }

  get line(): number {
    return (this.peek() ?? this.#tokens.at(-1))?.line ?? 1;
  }

  is(kind: TokenKind, ...texts: readonly string[]): boolean {
    return matches(this.peek(), kind, texts);
  }

  /** Takes the next token if it is one of these. */
  take(kind: TokenKind, ...texts: readonly string[]): Token | null {
    const token = this.peek();
    if (!matches(token, kind, texts)) return null;
    this.#at++;
    return token;
  }

  /** @throws TemplateFault that names what was expected and what is there */
  expect(kind: TokenKind, ...texts: readonly string[]): Token {
    const token = this.take(kind, ...texts);
    if (token !== null) return token;
    const wanted = texts.length === 0 ? `a ${kind}` : texts.map((text) => `'${text}'`).join(" or ");
    throw this.unexpected(`expected ${wanted}`);
  }

  /** Takes whatever comes. */
  next(): Token {
    const token = this.peek();
    if (token === null) throw this.unexpected("expected more");
    this.#at++;
    return token;
  }

  unexpected(reason: string): TemplateFault {
    return new TemplateFault(`Cannot read ${described(this.peek())}: ${reason}`, this.line);
  }

  /** Runs one level deeper. @throws TemplateFault where it is nested too deep */
  nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      throw new TemplateFault(`It is nested more than ${MAX_DEPTH} levels deep`, this.line);
    }
    const result = read();
    this.#depth--;
    return result;
  }
}

function matches(token: Token | null, kind: TokenKind, texts: readonly string[]): token is Token {
  return token !== null && token.kind === kind &&
    (texts.length === 0 || texts.includes(token.text));
}

function described(token: Token | null): string {
  if (token === null) return "the end of the template";
  if (token.kind === "end") return `the end of the ${token.text}`;
  if (token.kind === "data" || token.kind === "begin") return `the ${token.kind}`;
  return `'${token.text.slice(0, 40)}'`;
}
