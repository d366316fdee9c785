/** One observer out of its readers. */
import type { Observation, Observer } from "./observation.ts";

/**
 * Passes each fact on to every reader. A reader that throws does not reach the code that told the
 * fact: watching a call must not be able to fail it.
 *
 * @param toolNames names that may be told; any other a client made up, and may be anything
 */
export function makeObserver(
  readers: readonly Observer[],
  toolNames: ReadonlySet<string>,
): Observer {
  return (fact) => {
    const told = bounded(fact, toolNames);
    for (const read of readers) {
      try {
        read(told);
      } catch {
        // Nothing is left to tell it to.
      }
    }
  };
}

function bounded(fact: Observation, toolNames: ReadonlySet<string>): Observation {
  if (fact.kind !== "call" && fact.kind !== "call_started") return fact;
  return toolNames.has(fact.tool) ? fact : { ...fact, tool: "unknown" };
}
