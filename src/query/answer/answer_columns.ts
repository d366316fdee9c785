/** The columns of an answer, as a client is told of them. */
import type { GenericType } from "../frame.ts";

export interface AnswerColumn {
  readonly name: string;
  readonly type: GenericType;
  /** The database's own name of the type; empty for what post-processing made. */
  readonly databaseType: string;
  /** True where values are instants, printed with `Z`. */
  readonly hasZone: boolean;
}

export type TypeWord = "numeric" | "string" | "temporal" | "boolean";

export interface NamedColumn {
  readonly name: string;
  readonly data_type: TypeWord;
}

const TYPE_WORDS: Readonly<Record<GenericType, TypeWord>> = {
  0: "numeric",
  1: "string",
  2: "temporal",
  3: "boolean",
};

export function namedColumns(columns: readonly AnswerColumn[]): NamedColumn[] {
  const names = uniqueNames(columns.map(({ name }) => name));
  return columns.map(({ type }, at) => ({ name: names[at]!, data_type: TYPE_WORDS[type] }));
}

/** Names, each once: of two columns `count` the second is `count__1`, unless a column has that name. */
export function uniqueNames(names: readonly string[]): string[] {
  const given = new Set(names);
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 1; taken.has(unique) || (unique !== name && given.has(unique)); n++) {
      unique = `${name}__${n}`;
    }
    taken.add(unique);
    return unique;
  });
}
