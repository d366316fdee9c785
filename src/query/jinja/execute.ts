/** Runs a template's statements: loops, conditions, names and macros, into parts of a text. */
import { bind, type Parameter } from "./calls.ts";
import { itemsOf, present } from "./collections.ts";
import { demand, evaluate, type Evaluation, FILTERED, holds } from "./evaluate.ts";
import { printed } from "./printing.ts";
import type { Scope } from "./scope.ts";
import type { Body, Statement, Target } from "./syntax.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  Callable,
  Fields,
  Missing,
  type Part,
  partsOf,
  Sequence,
  type Text,
  textOf,
  typeName,
  type Value,
} from "./values.ts";

/** @throws TemplateFault with its line, TemplateTooLarge when the budget is spent */
export function execute(body: Body, scope: Scope, evaluation: Evaluation): string | Text {
  const parts: Part[] = [];
  run(body, scope, evaluation, new Output(parts, evaluation));
  return textOf(parts);
}

class Output {
  readonly #parts: Part[];
  readonly #evaluation: Evaluation;
  #length = 0;

  constructor(parts: Part[], evaluation: Evaluation) {
    this.#parts = parts;
    this.#evaluation = evaluation;
  }

  write(text: string | Text): void {
    this.#length += text.length;
    this.#evaluation.budget.output(this.#length, text.length);
    this.#parts.push(...partsOf(text));
  }
}

function run(body: Body, scope: Scope, evaluation: Evaluation, output: Output): void {
  for (const statement of body) {
    evaluation.budget.step();
    try {
      runOne(statement, scope, evaluation, output);
    } catch (fault) {
      throw fault instanceof TemplateFault && "line" in statement
        ? fault.at(statement.line)
        : fault;
    }
  }
}

function runOne(
  statement: Statement,
  scope: Scope,
  evaluation: Evaluation,
  output: Output,
): void {
  switch (statement.kind) {
    case "text":
      return output.write(statement.text);
    case "output": {
      const value = evaluate(statement.value, scope, evaluation);
      demand(value, evaluation);
      return output.write(printed(value, evaluation.budget));
    }
    case "if": {
      const branch = statement.branches.find(({ condition }) =>
        holds(evaluate(condition, scope, evaluation), evaluation)
      );
      return run(branch?.body ?? statement.otherwise, scope, evaluation, output);
    }
    case "for":
      return loop(statement, scope, evaluation, output);
    case "set":
      return assign(
        statement.target,
        evaluate(statement.value, scope, evaluation),
        scope,
        evaluation,
      );
    case "capture": {
      const text = execute(statement.body, scope.inner(), evaluation);
      const { filter } = statement;
      const value = filter === null
        ? text
        : evaluate(filter, scope.inner([[FILTERED, text]]), evaluation);
      return assign(statement.target, value, scope, evaluation);
    }
    case "with": {
      const inner = scope.inner();
      for (const [target, value] of statement.values) {
        assign(target, evaluate(value, scope, evaluation), inner, evaluation);
      }
      return run(statement.body, inner, evaluation, output);
    }
    case "filtered": {
      const text = execute(statement.body, scope.inner(), evaluation);
      const inner = scope.inner([[FILTERED, text]]);
      return output.write(
        printed(evaluate(statement.filter, inner, evaluation), evaluation.budget),
      );
    }
    case "macro":
      return scope.set(statement.name, macro(statement, scope, evaluation));
  }
}

function loop(
  statement: Extract<Statement, { kind: "for" }>,
  scope: Scope,
  evaluation: Evaluation,
  output: Output,
): void {
  const over = evaluate(statement.over, scope, evaluation);
  demand(over, evaluation);
  const { condition, target } = statement;
  const items = itemsOf(over, evaluation.budget).filter((item) => {
    if (condition === null) return true;
    const inner = scope.inner();
    assign(target, item, inner, evaluation);
    return holds(evaluate(condition, inner, evaluation), evaluation);
  });
  if (items.length === 0) return run(statement.otherwise, scope.inner(), evaluation, output);
  items.forEach((item, at) => {
    evaluation.budget.turn();
    const inner = scope.inner([["loop", loopFields(items, at)]]);
    assign(target, item, inner, evaluation);
    run(statement.body, inner, evaluation, output);
  });
}

function loopFields(items: readonly Value[], at: number): Fields {
  const { length } = items;
  return new Fields(() => [
    ["index", at + 1],
    ["index0", at],
    ["revindex", length - at],
    ["revindex0", length - at - 1],
    ["first", at === 0],
    ["last", at === length - 1],
    ["length", length],
    ["previtem", present(items[at - 1], () => new Missing("loop.previtem"))],
    ["nextitem", present(items[at + 1], () => new Missing("loop.nextitem"))],
    [
      "cycle",
      new Callable("loop.cycle", ({ positional }) => {
        if (positional.length === 0) throw new TemplateFault("loop.cycle needs something to cycle");
        return positional[at % positional.length]!;
      }),
    ],
  ]);
}

/** @throws TemplateFault where a value has not as many items as there are names */
function assign(target: Target, value: Value, scope: Scope, evaluation: Evaluation): void {
  if (target.kind === "name") return scope.set(target.name, value);
  if (target.kind === "field") {
    const owner = scope.get(target.of);
    if (owner instanceof Fields && owner.settable) {
      owner.fields.set(target.name, value);
      return;
    }
    throw new TemplateFault(
      `Cannot set '${target.of}.${target.name}'`,
      null,
      `Only fields of a namespace() can be set; '${target.of}' is ${typeName(owner)}.`,
    );
  }
  const items = value instanceof Sequence ? value.items : itemsOf(value, evaluation.budget);
  if (items.length !== target.targets.length) {
    throw new TemplateFault(
      `Cannot unpack ${items.length} values into ${target.targets.length} names`,
    );
  }
  target.targets.forEach((one, at) => assign(one, items[at]!, scope, evaluation));
}

function macro(
  statement: Extract<Statement, { kind: "macro" }>,
  scope: Scope,
  evaluation: Evaluation,
): Callable {
  const { name, parameters, body } = statement;
  return new Callable(name, (call) =>
    evaluation.budget.nested(() => {
      const bound = bind(name, parameters.map(({ name }): Parameter => [name, UNGIVEN]), call);
      const inner = scope.inner();
      for (const { name, otherwise } of parameters) {
        const given = bound(name);
        const value = given !== UNGIVEN
          ? given
          : otherwise === null
          ? new Missing(name)
          : evaluate(otherwise, inner, evaluation);
        inner.set(name, value);
      }
      return execute(body, inner, evaluation);
    }));
}

const UNGIVEN = new Missing("an argument");
