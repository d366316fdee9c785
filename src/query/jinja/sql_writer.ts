/**
 * Puts a rendered text together so that text of someone else stays inside of what it stands in. In a
 * quoted text or name its quotes are doubled, as Superset does for `url_param`; outside of quotes it
 * may only be a number, or, where names are wanted, one word. So neither `where_in` nor a template
 * that quotes by hand can be left through a value (reference: SQL injection through Jinja macros).
 * A rule that is hidden from the caller may only be a condition: in quotes it would become a value.
 */
import { TemplateFault } from "./template_fault.ts";
import type { Part, Text } from "./values.ts";

export interface SqlWriterOptions {
  /** Superset's backend name: which quotes there are, and whether `\` escapes in them. */
  readonly backend: string;
  /** Whether one word of someone else may stand outside of quotes: a column's name, `desc`. */
  readonly words: boolean;
  /** True: a mark in place of each hidden rule, for SQL that is shown. */
  readonly masked?: boolean;
}

/** Stands for a rule in SQL that is shown; a name, so that the SQL can be read all the same. */
const MASK = "(row_level_rule)";

/** @throws TemplateFault for text of someone else that could be read as SQL where it stands */
export function writeSql(text: string | Text, options: SqlWriterOptions): string {
  if (typeof text === "string") return text;
  const position = new Position(options.backend);
  return text.parts.map((part) => {
    const written = part.foreign ? kept(part, position, options.words) : part.text;
    if (part.hidden && !position.isCode) throw IN_QUOTES;
    position.pass(written);
    return part.hidden && options.masked ? MASK : written;
  }).join("");
}

const IN_QUOTES = new TemplateFault(
  "A row-level rule stands in quotes or in a comment, where its text would be shown",
  null,
  "Write it as a condition, without quotes.",
);

const NUMBER = /^-?\d{1,40}(?:\.\d{1,40})?$/;
const WORD = /^[\p{L}_][\p{L}\p{N}_]{0,127}$/u;

function kept({ text }: Part, position: Position, words: boolean): string {
  if (text.includes("\0")) throw new TemplateFault("A value has a NUL character in it");
  const { quote } = position;
  if (quote !== null) {
    const escaped = position.backslash ? text.replaceAll("\\", "\\\\") : text;
    return escaped.replaceAll(quote, quote + quote);
  }
  // Two minus signs would begin a comment.
  if (NUMBER.test(text)) return text.startsWith("-") ? ` ${text}` : text;
  if (words && WORD.test(text)) return text;
  throw new TemplateFault(
    words
      ? "A value from outside stands in SQL without quotes, and is more than a number or a word"
      : "A value from outside stands in SQL without quotes, and is no number",
    null,
    "Put it in quotes: '{{ … }}', or use | where_in.",
  );
}

/** Where in SQL a text has come to. */
class Position {
  readonly #isMysql: boolean;
  readonly #isPostgresql: boolean;
  /** What ends the quoted text or name it stands in; null outside, and in a comment. */
  quote: string | null = null;
  /** Whether a backslash escapes in there. */
  backslash = false;
  #escaped = false;
  /** What ends the comment, or the text in dollars, that it stands in. */
  #end: string | null = null;
  #depth = 0;
  /** The end of what was passed, as far as a mark may reach back. */
  #tail = "";

  /** Whether what comes next is read as SQL. */
  get isCode(): boolean {
    return this.quote === null && this.#end === null;
  }

  constructor(backend: string) {
    this.#isMysql = backend === "mysql";
    this.#isPostgresql = backend !== "mysql" && backend !== "sqlite";
  }

  pass(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const letter = text[at]!;
      if (this.quote !== null) this.#passQuoted(letter);
      else if (this.#end !== null) this.#passComment(letter);
      else this.#passCode(letter);
    }
  }

  #passQuoted(letter: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (this.backslash && letter === "\\") this.#escaped = true;
    // A doubled quote ends and begins at once, which comes to the same.
    else if (letter === this.quote) {
      this.quote = null;
      this.#tail = this.backslash ? `${BACKSLASHED}${letter}` : letter;
    }
  }

  #passComment(letter: string): void {
    this.#tail = (this.#tail + letter).slice(-64);
    if (this.#isPostgresql && this.#end === "*/" && this.#tail.endsWith("/*")) {
      this.#depth++;
      this.#tail = "";
    } else if (this.#tail.endsWith(this.#end!)) {
      this.#tail = "";
      if (this.#depth > 0) this.#depth--;
      else this.#end = null;
    }
  }

  #passCode(letter: string): void {
    const before = this.#tail;
    this.#tail = (before + letter).slice(-64);
    if (letter === "'" || letter === '"' || letter === "`") {
      this.quote = letter;
      this.backslash = this.#escapes(letter, before);
      this.#tail = "";
    } else if (letter === "[" && !this.#isMysql && !this.#isPostgresql) {
      this.#begin("]");
    } else if (this.#tail.endsWith("--") || (this.#isMysql && letter === "#")) {
      this.#begin("\n");
    } else if (this.#tail.endsWith("/*")) {
      this.#begin("*/");
    } else if (this.#isPostgresql && letter === "$") {
      const tag = /(?:^|[^\p{L}\p{N}_$])(\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)$/u.exec(this.#tail)?.[1];
      if (tag !== undefined) this.#begin(tag);
    }
  }

  #begin(end: string): void {
    this.#end = end;
    this.#tail = "";
    this.#depth = 0;
  }

  #escapes(quote: string, before: string): boolean {
    if (this.#isMysql) return quote !== "`";
    if (!this.#isPostgresql || quote !== "'") return false;
    // A quote doubled inside of E'…' goes on with it, and so does one on the next line.
    if (before === `${BACKSLASHED}'` || GOES_ON.test(before)) return true;
    return /(?:^|[^\p{L}\p{N}_$])[eE]$/u.test(before);
  }
}

/** Marks, in what was passed, that a quote with escapes ended there. */
const BACKSLASHED = "\uE000";
const GOES_ON = /\uE000'\s*\n\s*$/;
