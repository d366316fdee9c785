/** Text into tokens, by an engine's rules for names, strings and comments. */
import { forbidden } from "../forbidden.ts";
import { positionAt, syntaxFault } from "../syntax_fault.ts";
import type { EngineGrammar } from "./engine_grammar.ts";

export interface Token {
  readonly kind: "word" | "name" | "string" | "blob" | "number" | "symbol" | "end";
  /** A name or string as it is meant, without its quotes; a word in capitals; a sign as it stands. */
  readonly text: string;
  /** A word as it was written. */
  readonly written: string;
  /** Where it starts and ends, in UTF-16 units. */
  readonly at: number;
  readonly end: number;
}

const SPACE = /[ \t\r\n\f]+/y;
const WORD = /[A-Za-z_\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*/uy;
const NUMBER = /(?:0[xX][0-9A-Fa-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;
const BLOB = /[xX]'((?:[0-9A-Fa-f]{2})*)'/y;
const SYMBOL = /->>|<=>|<=|>=|<>|!=|==|<<|>>|\|\||->|&&|[-+*/%=<>(),.;&|~^?]/y;
/** Blanks that are none to the engine, and characters that nobody sees. */
const UNSEEN = /[\0\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/;
const MAX_CHARACTERS = 2_000_000;

/** @throws ServiceError invalid_sql with line and column; forbidden_sql for comments that are run */
export function tokenize(text: string, grammar: EngineGrammar): Token[] {
  if (text.length > MAX_CHARACTERS) {
    throw syntaxFault(`it is longer than ${MAX_CHARACTERS} characters`, null);
  }
  if (!text.isWellFormed()) throw syntaxFault("it holds half a surrogate pair", null);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = skipBlank();
    if (blank) continue;
    const token = next();
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "", written: "", at, end: at });
  return tokens;

  function skipBlank(): boolean {
    const space = match(SPACE);
    if (space !== null) {
      at += space.length;
      return true;
    }
    if (grammar.runComments.some((opening) => text.startsWith(opening, at))) {
      throw forbidden("a comment that the database would run");
    }
    if (grammar.lineComments.some((comment) => match(comment) !== null)) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
      return true;
    }
    if (!text.startsWith("/*", at)) return false;
    const end = text.indexOf("*/", at + 2);
    if (end < 0) throw fault("a comment without an end");
    // MySQL's versions differ on comments within comments; here a comment has none.
    if (text.slice(at + 2, end).includes("/*")) throw forbidden("a comment within a comment");
    at = end + 2;
    return true;
  }

  function next(): Token {
    const first = text[at]!;
    if (grammar.stringQuotes.includes(first)) return quoted("string", first, grammar.backslashes);
    const closing = grammar.nameQuotes[first];
    if (closing !== undefined) return quoted("name", closing, false);
    const blob = match(BLOB);
    if (blob !== null) return made("blob", blob.slice(2, -1).toLowerCase(), blob);
    const number = match(NUMBER);
    if (number !== null) {
      if (/[\w$.\u0080-\uffff]/.test(text[at + number.length] ?? "")) throw fault("a number");
      return made("number", number, number);
    }
    const word = match(WORD);
    if (word !== null) {
      if (UNSEEN.test(word)) throw fault("a character that nobody sees");
      if ((text[at + word.length] ?? "") === "'") throw fault(`a text after ${word}`);
      return made("word", word.toUpperCase(), word);
    }
    const symbol = match(SYMBOL);
    if (symbol !== null) return made("symbol", symbol, symbol);
    throw fault("a character");
  }

  function quoted(kind: "string" | "name", closing: string, backslashes: boolean): Token {
    let value = "";
    for (let end = at + 1; end < text.length; end++) {
      const character = text[end]!;
      if (backslashes && character === "\\") {
        value += unescaped(text[++end] ?? "");
      } else if (character !== closing) value += character;
      else if (closing !== "]" && text[end + 1] === closing) {
        value += closing;
        end++;
      } else {
        if (value.includes("\0")) throw fault("a NUL character");
        if (kind === "name" && value === "") throw fault("an empty name");
        return { kind, text: value, written: value, at, end: end + 1 };
      }
    }
    throw fault(kind === "string" ? "a text without an end" : "a name without an end");
  }

  function made(kind: Token["kind"], value: string, written: string): Token {
    return { kind, text: value, written, at, end: at + written.length };
  }

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  }

  function fault(what: string) {
    return syntaxFault(`${what} is not understood`, positionOf(text, at));
  }
}

/** MySQL's escapes (reference manual, String Literals); `\%` and `\_` keep their backslash. */
function unescaped(character: string): string {
  const known: Readonly<Record<string, string>> = {
    ...{ "0": "\0", b: "\b", n: "\n", r: "\r", t: "\t", Z: "\x1a", "%": "\\%", _: "\\_" },
  };
  return known[character] ?? character;
}

/** @param at in UTF-16 units */
export function positionOf(text: string, at: number) {
  return positionAt(text, [...text.slice(0, at)].length, 0);
}
