/**
 * Puts calls into a statement by which its connection can end it, for an engine that can be stopped
 * only where it calls back. Each row that is read, of whatever stands in FROM, is the occasion for one,
 * before any other condition looks at it; once in some hundred rows it is taken. Functions that take
 * long over long texts, within one row, are given none.
 */
import type { NameList } from "./parse_expression.ts";
import type { EngineGrammar, StopFunctions } from "./engine_grammar.ts";
import { withShortTexts } from "./short_texts.ts";
import { printExpression } from "./print.ts";
import {
  type Body,
  callOf,
  type CommonTable,
  type Expression,
  type Item,
  mapTree,
  type Node,
  type Query,
  type Select,
  type Source,
} from "./tree.ts";

/** The functions that such a statement calls, beside those that it called before. */
export function stoppableCalls({ alive, passed }: StopFunctions, before: NameList): NameList {
  const own = new Set([...OWN_CALLS, alive, passed]);
  return { has: (name) => own.has(name) || before.has(name) };
}

const OWN_CALLS = new Set(["likelihood", "random"]);

/** Common tables that are visible, by lower-case name. */
type Scope = ReadonlyMap<string, CommonTable>;

/** One less than a power of two: how many rows go by, on average, without a call. */
const ROWS_BETWEEN = "255";

/**
 * @param columns a column of each table and view, by lower-case name
 * @returns a statement of the same answer, its columns' names included
 */
export function stoppable(
  query: Query,
  { alive, passed }: StopFunctions,
  columns: ReadonlyMap<string, string>,
  grammar: EngineGrammar,
): Query {
  const entered = new Set<Node>();
  let unnamed = 0;
  return within(query, new Map());

  function within<Kept extends Node>(node: Kept, scope: Scope): Kept {
    return mapTree(node, (inner) => {
      if (entered.has(inner)) return null;
      if (inner.kind === "query" && inner.ctes.length > 0) {
        entered.add(inner);
        return within(inner, withCommon(scope, inner));
      }
      if (inner.kind === "call" || inner.kind === "like") {
        const short = withShortTexts(inner, passed);
        if (short !== null) {
          entered.add(short);
          return within(short, scope);
        }
      }
      if (inner.kind !== "select") return null;
      entered.add(inner);
      return watched(inner, within(inner, scope), scope);
    });
  }

  /** @param select what `written` became below */
  function watched(written: Select, select: Select, scope: Scope): Select {
    const items = select.items.map((item, at) => named(item, written.items[at]!));
    if (select.from === null) return { ...select, items };
    const { source, checks } = placed(select.from, scope);
    return { ...select, items, from: source, where: all([...checks, select.where]) };
  }

  /** An answer's column without an alias is named by its text, which may not be the same any more. */
  function named(item: Item, { value, alias }: Item): Item {
    if (alias !== null || value.kind === "star" || value.kind === "name") return item;
    return { ...item, alias: printExpression(value, grammar) };
  }

  /** @returns the source, and the checks that none of its own conditions could take */
  function placed(source: Source, scope: Scope): { source: Source; checks: Expression[] } {
    if (source.kind === "join") {
      const left = placed(source.left, scope);
      const right = placed(source.right, scope);
      const joined = { ...source, left: left.source, right: right.source };
      if (source.on === null) return { source: joined, checks: [...left.checks, ...right.checks] };
      return {
        source: { ...joined, on: all([...right.checks, source.on])! },
        checks: left.checks,
      };
    }
    const own = withAlias(source);
    const column = columnOf(own, scope);
    return { source: own, checks: column === null ? [] : [check([nameOf(own)!, column])] };
  }

  function withAlias(source: Exclude<Source, { kind: "join" }>) {
    if (nameOf(source) !== null) return source;
    return { ...source, alias: `${alive}_${++unnamed}` };
  }

  /** `likelihood(random() & 255 OR alive(t.c), 1.0)`: as likely as it is, it leaves the plan alone. */
  function check(column: readonly string[]): Expression {
    const passes: Expression = {
      kind: "binary",
      operator: "&",
      left: callOf("random", []),
      right: { kind: "literal", type: "number", text: ROWS_BETWEEN },
    };
    const stops = callOf(alive, [{ kind: "name", parts: column }]);
    const either: Expression = { kind: "binary", operator: "OR", left: passes, right: stops };
    return callOf("likelihood", [either, { kind: "literal", type: "number", text: "1.0" }]);
  }

  /** The name of a column that a source has; null where it can't be told. */
  function columnOf(source: Source, scope: Scope): string | null {
    switch (source.kind) {
      case "join":
        return columnOf(source.left, scope);
      case "derived":
        return firstColumn(source.query, scope);
      case "tableFunction":
        return source.name.toLowerCase() === "generate_series" ? "value" : "key";
      case "table": {
        const key = source.name.toLowerCase();
        const common = source.schema === null ? scope.get(key) : undefined;
        // What is new, or virtual, has a number for each row; a view of this minute has to wait.
        if (common === undefined) return columns.get(key) ?? "rowid";
        if (common.columns.length > 0) return common.columns[0]!;
        // Its first part can't read the table itself.
        const others = new Map(scope);
        others.delete(key);
        return firstColumn(common.query, others);
      }
    }
  }

  function firstColumn(query: Query, scope: Scope): string | null {
    return firstOf(query.body, withCommon(scope, query));
  }

  function firstOf(body: Body, scope: Scope): string | null {
    switch (body.kind) {
      case "query":
        return firstColumn(body, scope);
      case "compound":
        return firstOf(body.left, scope);
      case "values":
        return "column1";
      case "select": {
        const { value, alias } = body.items[0]!;
        if (alias !== null) return alias;
        if (value.kind === "name") return value.parts.at(-1)!;
        if (value.kind !== "star") return printExpression(value, grammar);
        if (body.from === null) return null;
        const of = value.table.at(-1);
        const source = of === undefined ? body.from : sourceNamed(body.from, of);
        return source === null ? null : columnOf(source, scope);
      }
    }
  }
}

function withCommon(scope: Scope, { ctes }: Query): Scope {
  if (ctes.length === 0) return scope;
  return new Map([...scope, ...ctes.map((cte) => [cte.name.toLowerCase(), cte] as const)]);
}

function nameOf(source: Exclude<Source, { kind: "join" }>): string | null {
  return source.kind === "derived" ? source.alias : source.alias ?? source.name;
}

function sourceNamed(source: Source, name: string): Source | null {
  if (source.kind === "join") {
    return sourceNamed(source.left, name) ?? sourceNamed(source.right, name);
  }
  return nameOf(source)?.toLowerCase() === name.toLowerCase() ? source : null;
}

function all(conditions: readonly (Expression | null)[]): Expression | null {
  return conditions.reduce(
    (left, right) =>
      left === null || right === null
        ? left ?? right
        : { kind: "binary", operator: "AND", left, right },
    null,
  );
}
