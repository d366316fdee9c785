/** Names and their values, one scope inside another: a loop's own names end with it. */
import { Missing, type Value } from "./values.ts";

export class Scope {
  readonly #outer: Scope | null;
  readonly #values = new Map<string, Value>();

  constructor(values: Iterable<readonly [string, Value]>, outer: Scope | null = null) {
    this.#outer = outer;
    for (const [name, value] of values) this.#values.set(name, value);
  }

  /** The value of a name; `Missing` where nobody set it. */
  get(name: string): Value {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    return this.#outer === null ? new Missing(name) : this.#outer.get(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  inner(values: Iterable<readonly [string, Value]> = []): Scope {
    return new Scope(values, this);
  }
}
