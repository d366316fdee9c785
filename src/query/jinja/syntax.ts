/** A template as its reader understands it. Frozen once made, so that it can be kept and shared. */

export type Expression =
  | { readonly kind: "constant"; readonly value: null | boolean | number | string }
  | { readonly kind: "name"; readonly name: string; readonly line: number }
  | { readonly kind: "list" | "tuple"; readonly items: readonly Expression[] }
  | {
    readonly kind: "dict";
    readonly entries: readonly (readonly [Expression, Expression])[];
    readonly line: number;
  }
  | {
    readonly kind: "attribute";
    readonly of: Expression;
    readonly name: string;
    readonly line: number;
  }
  | {
    readonly kind: "item";
    readonly of: Expression;
    readonly key: Expression;
    readonly line: number;
  }
  | {
    readonly kind: "slice";
    readonly of: Expression;
    readonly bounds: readonly (Expression | null)[];
    readonly line: number;
  }
  | {
    readonly kind: "call";
    readonly callee: Expression;
    readonly args: Arguments;
    readonly line: number;
  }
  | {
    readonly kind: "filter";
    readonly name: string;
    /** Null in a block of `{% filter %}`: what stands inside. */
    readonly of: Expression | null;
    readonly args: Arguments;
    readonly line: number;
  }
  | {
    readonly kind: "test";
    readonly name: string;
    readonly of: Expression;
    readonly args: Arguments;
    readonly line: number;
  }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
    readonly kind: "sign";
    readonly sign: "+" | "-";
    readonly of: Expression;
    readonly line: number;
  }
  | {
    readonly kind: "binary";
    readonly operator: BinaryOperator;
    readonly left: Expression;
    readonly right: Expression;
    readonly line: number;
  }
  | {
    readonly kind: "compare";
    readonly first: Expression;
    readonly rest: readonly { readonly operator: Comparison; readonly to: Expression }[];
    readonly line: number;
  }
  | {
    readonly kind: "choice";
    readonly condition: Expression;
    readonly then: Expression;
    readonly otherwise: Expression | null;
  };

export type BinaryOperator = "+" | "-" | "~" | "*" | "/" | "//" | "%" | "**";
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [string, Expression])[];
}

/** Where a value goes: a name, several, or a field of a `namespace()`. */
export type Target =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "names"; readonly targets: readonly Target[] }
  | { readonly kind: "field"; readonly of: string; readonly name: string };

export type Statement =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "output"; readonly value: Expression; readonly line: number }
  | {
    readonly kind: "if";
    readonly branches: readonly { readonly condition: Expression; readonly body: Body }[];
    readonly otherwise: Body;
  }
  | {
    readonly kind: "for";
    readonly target: Target;
    readonly over: Expression;
    readonly condition: Expression | null;
    readonly body: Body;
    readonly otherwise: Body;
    readonly line: number;
  }
  | {
    readonly kind: "set";
    readonly target: Target;
    readonly value: Expression;
    readonly line: number;
  }
  | {
    readonly kind: "capture";
    readonly target: Target;
    readonly filter: Expression | null;
    readonly body: Body;
    readonly line: number;
  }
  | {
    readonly kind: "with";
    readonly values: readonly (readonly [Target, Expression])[];
    readonly body: Body;
    readonly line: number;
  }
  | { readonly kind: "filtered"; readonly filter: Expression; readonly body: Body }
  | {
    readonly kind: "macro";
    readonly name: string;
    readonly parameters: readonly {
      readonly name: string;
      readonly otherwise: Expression | null;
    }[];
    readonly body: Body;
    readonly line: number;
  };

export type Body = readonly Statement[];
