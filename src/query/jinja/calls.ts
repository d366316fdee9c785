/** Arguments by their names, as Python binds them. */
import { TemplateFault } from "./template_fault.ts";
import { type Call, Callable, type Value } from "./values.ts";

/** A parameter that has to be given, or one with what it is otherwise. */
export type Parameter = string | readonly [name: string, otherwise: Value];

export type Bound = (name: string) => Value;

/** @throws TemplateFault for an argument too many, twice, unknown or missing */
export function bind(callee: string, parameters: readonly Parameter[], call: Call): Bound {
  const names = parameters.map((parameter) =>
    typeof parameter === "string" ? parameter : parameter[0]
  );
  const takes = `It takes ${names.length === 0 ? "none" : names.join(", ")}.`;
  if (call.positional.length > names.length) {
    throw new TemplateFault(`'${callee}' got ${call.positional.length} arguments`, null, takes);
  }
  const values = new Map(call.positional.map((value, at) => [names[at]!, value]));
  for (const [name, value] of call.named) {
    if (values.has(name) || !names.includes(name)) {
      const fault = values.has(name) ? "twice" : "which it has not";
      throw new TemplateFault(`'${callee}' got the argument '${name}' ${fault}`, null, takes);
    }
    values.set(name, value);
  }
  for (const parameter of parameters) {
    if (typeof parameter !== "string") {
      if (!values.has(parameter[0])) values.set(parameter[0], parameter[1]);
    } else if (!values.has(parameter)) {
      throw new TemplateFault(`'${callee}' needs the argument '${parameter}'`, null, takes);
    }
  }
  return (name) => values.get(name)!;
}

/** A function of named parameters. */
export function callable(
  name: string,
  parameters: readonly Parameter[],
  run: (argument: Bound) => Value,
): Callable {
  return new Callable(name, (call) => run(bind(name, parameters, call)));
}
