/**
 * A template's text as tokens, with Jinja's marks and whitespace control (Jinja 3.1: "Template
 * Designer Documentation"). Read in one pass, without a regular expression that could look twice.
 */
import { TemplateFault } from "./template_fault.ts";

export type TokenKind = "data" | "begin" | "end" | "name" | "string" | "number" | "operator";

export interface Token {
  readonly kind: TokenKind;
  /** What it says; a string's is its value. Of `begin` and `end`: `variable` or `block`. */
  readonly text: string;
  readonly line: number;
}

/** What is wrong where a template ends too early. */
const UNFINISHED = "the template ends inside it";

const OPERATORS = [
  ..."// ** == != >= <=".split(" "),
  ..."+ - * / % ~ ( ) [ ] { } < > = . : | ,".split(" "),
];
const CLOSES: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const NUMBER = /\d(?:_?\d)*(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?/y;
const RAW = /(-?)\s*raw\s*(-?)%\}/y;
const END_RAW = /\{%(-?)\s*endraw\s*([-+]?)%\}/y;

/** @throws TemplateFault with its line for a mark, a text or a character that can't be read */
export function tokenize(source: string): readonly Token[] {
  return new Lexer(source.replace(/\r\n?/g, "\n").replace(/\n$/, "")).tokens();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  #trimNext = false;

  constructor(source: string) {
    this.#source = source;
  }

  tokens(): readonly Token[] {
    while (this.#at < this.#source.length) {
      const mark = nextMark(this.#source, this.#at);
      this.#data(this.#source.slice(this.#at, mark), this.#source[mark + 2] === "-");
      this.#moveTo(mark);
      if (mark >= this.#source.length) break;
      const sign = this.#source[mark + 1]!;
      if (sign === "#") this.#comment();
      else if (sign === "%" && this.#raw()) continue;
      else this.#code(sign === "%" ? "block" : "variable");
    }
    return this.#tokens;
  }

  #data(text: string, trimEnd: boolean): void {
    const start = this.#trimNext ? text.trimStart() : text;
    const data = trimEnd ? start.trimEnd() : start;
    if (text !== "") this.#trimNext = false;
    if (data !== "") this.#tokens.push({ kind: "data", text: data, line: this.#line });
  }

  #comment(): void {
    const end = this.#source.indexOf("#}", this.#at + 2);
    if (end < 0) throw this.#fault(`Cannot read the comment: ${UNFINISHED}`);
    this.#trimNext = this.#source[end - 1] === "-" && end - 1 > this.#at + 1;
    this.#moveTo(end + 2);
  }

  /** What stands between `{% raw %}` and `{% endraw %}` is text, whatever marks are in it. */
  #raw(): boolean {
    RAW.lastIndex = this.#at + 2;
    const begin = RAW.exec(this.#source);
    if (begin === null) return false;
    this.#moveTo(RAW.lastIndex);
    for (let at = this.#at; (at = this.#source.indexOf("{%", at)) >= 0; at += 2) {
      END_RAW.lastIndex = at;
      const end = END_RAW.exec(this.#source);
      if (end === null) continue;
      this.#trimNext = begin[2] === "-";
      this.#data(this.#source.slice(this.#at, at), end[1] === "-");
      this.#trimNext = end[2] === "-";
      this.#moveTo(at + end[0].length);
      return true;
    }
    throw this.#fault(`Cannot read the raw block: ${UNFINISHED}`);
  }

  #code(kind: "variable" | "block"): void {
    const begun = this.#line;
    const end = kind === "block" ? "%}" : "}}";
    this.#push("begin", kind, 2);
    if (this.#source[this.#at] === "-" || this.#source[this.#at] === "+") this.#at++;
    const open: string[] = [];
    for (;;) {
      this.#skipSpace();
      const rest = this.#source.slice(this.#at, this.#at + 3);
      if (rest === "") throw new TemplateFault(`Cannot read the ${kind}: ${UNFINISHED}`, begun);
      // A dictionary's bracket may stand before another, so brackets are counted.
      if (open.length === 0) {
        if (rest.startsWith(end)) return this.#push("end", kind, 2);
        const signed = rest[0] === "-" || (rest[0] === "+" && kind === "block");
        if (signed && rest.slice(1) === end) {
          this.#push("end", kind, 3);
          this.#trimNext = rest[0] === "-";
          return;
        }
      }
      this.#token(rest, open);
    }
  }

  #token(rest: string, open: string[]): void {
    const first = rest[0]!;
    if (first === "'" || first === '"') return this.#string(first);
    for (const [kind, pattern] of [["name", NAME], ["number", NUMBER]] as const) {
      pattern.lastIndex = this.#at;
      const found = pattern.exec(this.#source);
      if (found !== null) return this.#push(kind, found[0], found[0].length);
    }
    const operator = OPERATORS.find((one) => rest.startsWith(one));
    if (operator === undefined) throw this.#fault(`Cannot read the character '${first}'`);
    const closing = CLOSES[operator];
    if (closing !== undefined) open.push(closing);
    else if (")]}".includes(operator) && open.pop() !== operator) {
      throw this.#fault(`Cannot read '${operator}': nothing is open that it closes`);
    }
    this.#push("operator", operator, operator.length);
  }

  #string(quote: string): void {
    let end = this.#at + 1;
    while (end < this.#source.length && this.#source[end] !== quote) {
      end += this.#source[end] === "\\" ? 2 : 1;
    }
    if (end >= this.#source.length) throw this.#fault(`Cannot read the text: ${UNFINISHED}`);
    const value = unescaped(this.#source.slice(this.#at + 1, end));
    const token: Token = { kind: "string", text: value, line: this.#line };
    this.#moveTo(end + 1);
    this.#tokens.push(token);
  }

  #skipSpace(): void {
    let end = this.#at;
    while (end < this.#source.length && this.#source[end]!.trim() === "") end++;
    this.#moveTo(end);
  }

  #push(kind: TokenKind, text: string, length: number): void {
    this.#tokens.push({ kind, text, line: this.#line });
    this.#at += length;
  }

  #moveTo(at: number): void {
    for (let i = this.#at; i < at; i++) if (this.#source[i] === "\n") this.#line++;
    this.#at = at;
  }

  #fault(message: string): TemplateFault {
    return new TemplateFault(message, this.#line);
  }
}

function nextMark(source: string, from: number): number {
  for (let at = from; (at = source.indexOf("{", at)) >= 0; at++) {
    const next = source[at + 1];
    if (next === "{" || next === "%" || next === "#") return at;
  }
  return source.length;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

/** Python's escapes; what is none keeps its backslash. */
function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([0-7]{1,3})|([^]))/g,
    (whole, byte, unit, octal, letter) => {
      if (byte !== undefined || unit !== undefined) {
        return String.fromCharCode(parseInt(byte ?? unit, 16));
      }
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      return ESCAPES[letter] ?? whole;
    },
  );
}
