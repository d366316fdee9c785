/** Which other datasets a template names, so that they can be read before it is rendered. */
import { readTemplate } from "./statements.ts";
import { TemplateFault } from "./template_fault.ts";

/** The macros that name a dataset, and the place of its number among their arguments. */
const MACROS: Readonly<Record<string, number>> = { dataset: 0, metric: 1 };

/** @returns the numbers written out in calls of `dataset` and `metric`, each once */
export function namedDatasets(texts: readonly string[]): readonly number[] {
  const found = new Set<number>();
  for (const text of texts) {
    if (!/dataset|metric/.test(text)) continue;
    try {
      visit(readTemplate(text), found);
    } catch (fault) {
      // Rendering it says what is wrong, to whoever may know.
      if (!(fault instanceof TemplateFault) && !(fault instanceof RangeError)) throw fault;
    }
  }
  return [...found];
}

function visit(node: unknown, found: Set<number>): void {
  if (typeof node !== "object" || node === null) return;
  const id = numberIn(node as Readonly<Record<string, unknown>>);
  if (id !== null) found.add(id);
  for (const part of Object.values(node)) visit(part, found);
}

interface CallNode {
  readonly callee: { readonly kind: string; readonly name?: string };
  readonly args: {
    readonly positional: readonly { readonly kind: string; readonly value?: unknown }[];
    readonly named: readonly (readonly [string, { readonly kind: string; value?: unknown }])[];
  };
}

function numberIn(node: Readonly<Record<string, unknown>>): number | null {
  if (node.kind !== "call") return null;
  const { callee, args } = node as unknown as CallNode;
  const name = callee.kind === "name" ? callee.name! : "";
  if (!Object.hasOwn(MACROS, name)) return null;
  const given = args.positional[MACROS[name]!] ??
    args.named.find(([name]) => name === "dataset_id")?.[1];
  const id = Number(given?.value);
  return given?.kind === "constant" && Number.isSafeInteger(id) && id > 0 ? id : null;
}
