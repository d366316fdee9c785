/**
 * Evaluates a template over a scope of values. Nothing is compiled to code and no JavaScript property
 * is ever named by a template: what it can reach is what `attribute` and `itemOf` list.
 */
import type { Budget } from "./budget.ts";
import { fieldOf, itemOf, missingItem, slice } from "./collections.ts";
import { applyFilter, type Literal } from "./filters.ts";
import { methodOf } from "./methods.ts";
import { momentAttribute } from "./moments.ts";
import { binary, compared } from "./operators.ts";
import type { Scope } from "./scope.ts";
import type { Arguments, Expression } from "./syntax.ts";
import { TemplateFault } from "./template_fault.ts";
import { applyTest } from "./tests.ts";
import {
  type Call,
  Callable,
  Dict,
  Fields,
  Missing,
  Moment,
  plain,
  Sequence,
  truth,
  typeName,
  type Value,
} from "./values.ts";

export interface Evaluation {
  readonly budget: Budget;
  readonly literal: Literal;
  /** True: what is undefined is an error, rather than nothing. */
  readonly strict: boolean;
}

/** @throws TemplateFault with its line */
export function evaluate(expression: Expression, scope: Scope, evaluation: Evaluation): Value {
  evaluation.budget.step();
  try {
    return valueOf(expression, scope, evaluation);
  } catch (fault) {
    throw fault instanceof TemplateFault && "line" in expression
      ? fault.at(expression.line)
      : fault;
  }
}

function valueOf(expression: Expression, scope: Scope, evaluation: Evaluation): Value {
  const { budget } = evaluation;
  const value = (one: Expression) => evaluate(one, scope, evaluation);
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "name":
      return scope.get(expression.name);
    case "list":
    case "tuple":
      return new Sequence(expression.items.map(value), expression.kind === "tuple");
    case "dict":
      return new Dict(expression.entries.map(([key, item]) => [plain(value(key)), value(item)]));
    case "attribute":
      return attribute(value(expression.of), expression.name, budget);
    case "item":
      return itemOf(value(expression.of), value(expression.key), budget);
    case "slice":
      return slice(
        value(expression.of),
        expression.bounds.map((bound) => bound && value(bound)),
        budget,
      );
    case "call":
      return called(value(expression.callee), argumentsOf(expression.args, scope, evaluation));
    case "filter": {
      const given = expression.of === null ? scope.get(FILTERED) : value(expression.of);
      const call = argumentsOf(expression.args, scope, evaluation);
      if (expression.name !== "default" && expression.name !== "d") demand(given, evaluation);
      return applyFilter(expression.name, given, call, evaluation);
    }
    case "test": {
      const given = value(expression.of);
      const call = argumentsOf(expression.args, scope, evaluation);
      return applyTest(expression.name, given, call, budget);
    }
    case "not":
      return !holds(value(expression.of), evaluation);
    case "and":
    case "or": {
      const left = value(expression.left);
      const decided = holds(left, evaluation) === (expression.kind === "or");
      return decided ? left : value(expression.right);
    }
    case "sign":
      return signed(expression.sign, value(expression.of));
    case "binary": {
      const left = value(expression.left);
      const right = value(expression.right);
      demand(left, evaluation);
      demand(right, evaluation);
      return binary(expression.operator, left, right, budget);
    }
    case "compare": {
      let left = value(expression.first);
      demand(left, evaluation);
      return expression.rest.every(({ operator, to }) => {
        const right = value(to);
        demand(right, evaluation);
        const holdsTrue = compared(operator, left, right, budget);
        left = right;
        return holdsTrue;
      });
    }
    case "choice":
      if (holds(value(expression.condition), evaluation)) return value(expression.then);
      return expression.otherwise === null
        ? new Missing("the value of an if without else", "")
        : value(expression.otherwise);
  }
}

/** Where a `{% filter %}` block keeps its body: no template can write such a name. */
export const FILTERED = "{% filter %}";

/** @throws TemplateFault where the value is missing and that counts */
export function demand(value: Value, { strict }: Evaluation): void {
  if (strict && value instanceof Missing) throw value.fault();
}

export function holds(value: Value, evaluation: Evaluation): boolean {
  demand(value, evaluation);
  return truth(value);
}

/** `value.name`: a method comes before an item, as in Jinja. */
function attribute(value: Value, name: string, budget: Budget): Value {
  if (value instanceof Missing) throw value.fault();
  if (name.startsWith("__")) {
    throw new TemplateFault(`'${name}' can't be used`, null, "Such names are not for templates.");
  }
  const method = methodOf(value, name, budget);
  if (method !== undefined) return method;
  if (value instanceof Moment) return momentAttribute(value, name) ?? missingItem("datetime", name);
  if (value instanceof Fields) return fieldOf(value, name);
  if (value instanceof Dict) return itemOf(value, name, budget);
  return new Missing(name, `{{ no such element: ${typeName(value)}['${name}'] }}`);
}

function called(callee: Value, call: Call): Value {
  if (callee instanceof Callable) return callee.call(call);
  if (callee instanceof Missing) throw callee.fault();
  throw new TemplateFault(`Cannot call ${typeName(callee)}`);
}

function argumentsOf(args: Arguments, scope: Scope, evaluation: Evaluation): Call {
  return {
    positional: args.positional.map((one) => evaluate(one, scope, evaluation)),
    named: new Map(args.named.map(([name, one]) => [name, evaluate(one, scope, evaluation)])),
  };
}

function signed(sign: "+" | "-", value: Value): Value {
  if (typeof value === "boolean") return signed(sign, Number(value));
  if (typeof value === "number") return sign === "-" ? -value : value;
  if (value instanceof Missing) throw value.fault();
  throw new TemplateFault(`Cannot use the sign '${sign}' on ${typeName(value)}`);
}
