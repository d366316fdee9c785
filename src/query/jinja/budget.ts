/**
 * How much a template may do. Everything that takes time or memory is drawn from one account, so that
 * a loop without end, a text that doubles or a list of lists ends at the same point every time.
 */
import { TemplateTooLarge } from "./template_fault.ts";

/** Steps of evaluation, and characters and items handled. About a tenth of a second. */
const MAX_WORK = 5_000_000;
const STEP = 10;
/** One turn of a loop, with the scope that is made for it. */
const TURN = 40;

/** Characters of one text. */
export const MAX_TEXT = 2 ** 20;
/** Items of one list. */
export const MAX_ITEMS = 100_000;
/** Calls of macros inside each other. */
const MAX_CALLS = 40;

export class Budget {
  #work = 0;
  #calls = 0;

  step(): void {
    this.spend(STEP);
  }

  turn(): void {
    this.spend(TURN);
  }

  /** @throws TemplateTooLarge when all is spent */
  spend(work: number): void {
    this.#work += work;
    if (this.#work > MAX_WORK) {
      throw new TemplateTooLarge("It takes too long", null, "Loop over less, or print less.");
    }
  }

  /** Before a text is made. @throws TemplateTooLarge for one over 1 MiB */
  text(length: number): void {
    if (length > MAX_TEXT) {
      throw new TemplateTooLarge(`It makes a text of more than ${MAX_TEXT} characters`);
    }
    this.spend(length);
  }

  /** Text added to what is written already. @throws TemplateTooLarge over 1 MiB in all */
  output(length: number, added: number): void {
    if (length > MAX_TEXT) {
      throw new TemplateTooLarge(`It makes a text of more than ${MAX_TEXT} characters`);
    }
    this.spend(added);
  }

  /** Before a list is made. @throws TemplateTooLarge */
  items(length: number): void {
    if (length > MAX_ITEMS) {
      throw new TemplateTooLarge(`It makes a list of more than ${MAX_ITEMS} items`);
    }
    this.spend(length);
  }

  /** Runs a macro. @throws TemplateTooLarge when macros call each other without end */
  nested<T>(run: () => T): T {
    if (this.#calls >= MAX_CALLS) throw new TemplateTooLarge("Its macros call each other too deep");
    this.#calls++;
    try {
      return run();
    } finally {
      this.#calls--;
    }
  }
}
