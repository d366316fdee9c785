/** The functions that every template has, whatever it is for. */
import type { Budget } from "./budget.ts";
import { bind } from "./calls.ts";
import { itemsOf } from "./collections.ts";
import { TemplateFault } from "./template_fault.ts";
import {
  type Call,
  Callable,
  Dict,
  Fields,
  plain,
  Sequence,
  typeName,
  type Value,
  wholeNumber,
} from "./values.ts";

export function functions(budget: Budget): readonly (readonly [string, Value])[] {
  return [
    new Callable("range", (call) => range(call, budget)),
    new Callable("dict", (call) => new Dict(pairsOf(call, budget))),
    new Callable("namespace", (call) => {
      const pairs = pairsOf(call, budget).map(([name, value]) => [String(name), value] as const);
      return new Fields(() => pairs, { settable: true });
    }),
  ].map((one) => [one.name, one]);
}

/** @throws TemplateTooLarge for more than a list may hold */
function range(call: Call, budget: Budget): Value {
  const parameters = call.positional.length < 2
    ? (["stop"] as const)
    : (["start", "stop", ["step", 1]] as const);
  const argument = bind("range", parameters, call);
  const start = call.positional.length < 2 ? 0 : wholeNumber(argument("start"), "a start");
  const stop = wholeNumber(argument("stop"), "an end");
  const step = call.positional.length < 3 ? 1 : wholeNumber(argument("step"), "a step");
  if (step === 0) throw new TemplateFault("range() can't go in steps of zero");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  budget.items(length);
  return new Sequence(Array.from({ length }, (_, at) => start + at * step));
}

function pairsOf(call: Call, budget: Budget): readonly (readonly [Value, Value])[] {
  const [first] = call.positional;
  const given = first instanceof Dict
    ? [...first.entries]
    : first === undefined
    ? []
    : itemsOf(first, budget).map((item) => {
      const pair = item instanceof Sequence ? item.items : [];
      if (pair.length === 2) return [plain(pair[0]!), pair[1]!] as const;
      throw new TemplateFault(`Cannot make a dictionary of ${typeName(item)}`);
    });
  return [...given, ...call.named];
}
