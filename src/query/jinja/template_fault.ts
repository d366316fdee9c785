/** What goes wrong with a template, before it is known whose text it is. */

export class TemplateFault extends Error {
  readonly hint: string | null;
  #line: number | null;

  constructor(message: string, line: number | null = null, hint: string | null = null) {
    super(message);
    this.name = "TemplateFault";
    this.#line = line;
    this.hint = hint;
  }

  /** In the template's text, from 1; null where no line is at fault. */
  get line(): number | null {
    return this.#line;
  }

  /** The same, at a line, unless it knows one. */
  at(line: number): this {
    this.#line ??= line;
    return this;
  }
}

/** A template that asks for more than its budget: its text may be fine. */
export class TemplateTooLarge extends TemplateFault {}
