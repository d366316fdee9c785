/** A rule over the parse tree: looks at one node, and refuses it by throwing. */
import type { Fields, Node } from "../tree.ts";

export interface Allowed {
  /** Functions and types that an operator added, by name, with schema where they need one. */
  readonly functions: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  /** How many values come with the text: `$1` to this. */
  readonly parameters: number;
  /** The fields of the statement that may write, where one may. */
  readonly writing?: Fields;
}

/** @throws ServiceError forbidden_sql */
export type Rule = (kind: string, fields: Fields, allowed: Allowed) => void;

/** A rule that takes a look at a whole statement. @throws ServiceError forbidden_sql */
export type StatementRule = (statement: Node, allowed: Allowed) => void;
