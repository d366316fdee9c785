/**
 * A tree as text. Every name stands in backticks, which MySQL and SQLite read as a name and as
 * nothing else, and every operand that is not one word stands in parentheses, so that no list of
 * reserved words and no table of precedence is between what is printed and what is read.
 */
import type { EngineGrammar } from "./engine_grammar.ts";
import type {
  Body,
  Call,
  CommonTable,
  Expression,
  Frame,
  Item,
  Order,
  Query,
  Select,
  Source,
  Window,
} from "./tree.ts";

/** @param readable over several lines, for a person */
export function printQuery(query: Query, grammar: EngineGrammar, readable = false): string {
  return new Printer(grammar, readable).query(query);
}

export function printExpression(expression: Expression, grammar: EngineGrammar): string {
  return new Printer(grammar).expression(expression);
}

const commas = (items: readonly string[]) => items.join(", ");
const name = (text: string) => `\`${text.replaceAll("`", "``")}\``;

class Printer {
  readonly #grammar: EngineGrammar;
  readonly #readable: boolean;
  #depth = 0;

  constructor(grammar: EngineGrammar, readable = false) {
    this.#grammar = grammar;
    this.#readable = readable;
  }

  /** Between clauses: a new line where a person is to read it. Never inside of a literal. */
  get #gap(): string {
    return this.#readable ? `\n${"  ".repeat(this.#depth)}` : " ";
  }

  /** What `print` gives, a step further in. */
  #deeper(print: () => string): string {
    this.#depth += 1;
    const printed = print();
    this.#depth -= 1;
    return printed;
  }

  #nested(query: Query): string {
    if (!this.#readable) return `(${this.query(query)})`;
    return `(${this.#deeper(() => this.#gap + this.query(query))}${this.#gap})`;
  }

  /** Several on a line each, one beside its clause. */
  #lines<T>(items: readonly T[], print: (item: T) => string): string {
    if (!this.#readable || items.length < 2) return ` ${commas(items.map(print))}`;
    return this.#deeper(() => items.map((item) => this.#gap + print(item)).join(","));
  }

  query(query: Query): string {
    const ctes = this.#lines(query.ctes, (cte) => this.#commonTable(cte));
    return [
      query.ctes.length === 0 ? "" : `WITH${query.recursive ? " RECURSIVE" : ""}${ctes}`,
      this.#body(query.body),
      this.#orderBy(query.orderBy),
      query.limit === null ? "" : `LIMIT ${this.expression(query.limit)}`,
      query.offset === null ? "" : `OFFSET ${this.expression(query.offset)}`,
    ].filter((part) => part !== "").join(this.#gap);
  }

  #commonTable({ name: cte, columns, query }: CommonTable): string {
    const names = columns.length === 0 ? "" : `(${commas(columns.map(name))})`;
    return `${name(cte)}${names} AS ${this.#nested(query)}`;
  }

  #body(body: Body): string {
    if (body.kind === "select") return this.#select(body);
    if (body.kind === "query") return this.#nested(body);
    if (body.kind === "values") {
      const row = body.withRow ? "ROW" : "";
      const rows = body.rows.map((items) => `${row}(${this.#list(items)})`);
      return `VALUES${this.#lines(rows, (row) => row)}`;
    }
    // Set operations bind from the left; what stands on the right of one was in parentheses.
    const right = body.right.kind === "compound"
      ? `(${this.#body(body.right)})`
      : this.#body(body.right);
    const left = this.#isLooser(body.left, body.operator)
      ? `(${this.#body(body.left)})`
      : this.#body(body.left);
    return [left, body.operator, right].join(this.#gap);
  }

  #isLooser(left: Body, operator: string): boolean {
    return this.#grammar.setPrecedence && operator.startsWith("INTERSECT") &&
      left.kind === "compound" && !left.operator.startsWith("INTERSECT");
  }

  #select(select: Select): string {
    const windows = select.windows.map((one) => `${name(one.name)} AS ${this.#window(one.window)}`);
    return [
      `SELECT${select.distinct ? " DISTINCT" : ""}${
        this.#lines(select.items, (item) => this.#item(item))
      }`,
      select.from === null ? "" : `FROM ${this.#source(select.from)}`,
      select.where === null ? "" : `WHERE ${this.expression(select.where)}`,
      select.groupBy.length === 0 ? "" : `GROUP BY ${this.#list(select.groupBy)}`,
      select.rollup ? "WITH ROLLUP" : "",
      select.having === null ? "" : `HAVING ${this.expression(select.having)}`,
      windows.length === 0 ? "" : `WINDOW ${commas(windows)}`,
    ].filter((part) => part !== "").join(this.#gap);
  }

  #item({ value, alias }: Item): string {
    return `${this.expression(value)}${alias === null ? "" : ` AS ${name(alias)}`}`;
  }

  #source(source: Source): string {
    if (source.kind === "join") return this.#join(source);
    const alias = source.alias === null ? "" : ` AS ${name(source.alias)}`;
    if (source.kind === "derived") return `${this.#nested(source.query)}${alias}`;
    if (source.kind === "tableFunction") {
      return `${source.name}(${this.#list(source.args)})${alias}`;
    }
    return `${source.schema === null ? "" : `${name(source.schema)}.`}${name(source.name)}${alias}`;
  }

  #join({ join, left, right, on, using }: Extract<Source, { kind: "join" }>): string {
    const looseLeft = this.#grammar.looseComma && join !== "," && left.kind === "join" &&
      left.join === ",";
    const first = looseLeft ? `(${this.#source(left)})` : this.#source(left);
    const bareRight = right.kind !== "join" ||
      (this.#grammar.looseComma && join === "," && right.join !== ",");
    const second = bareRight ? this.#source(right) : `(${this.#source(right)})`;
    const condition = on !== null
      ? ` ON ${this.expression(on)}`
      : using.length > 0
      ? ` USING (${commas(using.map(name))})`
      : "";
    return join === ","
      ? `${first}, ${second}`
      : `${first}${this.#gap}${join} ${second}${condition}`;
  }

  #orderBy(orders: readonly Order[]): string {
    if (orders.length === 0) return "";
    const printed = orders.map(({ by, direction, nulls }) =>
      [this.expression(by), direction, nulls].filter((part) => part !== null).join(" ")
    );
    return `ORDER BY ${commas(printed)}`;
  }

  #window({ name: named, base, partitionBy, orderBy, frame }: Window): string {
    if (named !== null) return name(named);
    const parts = [
      base === null ? "" : name(base),
      partitionBy.length === 0 ? "" : `PARTITION BY ${this.#list(partitionBy)}`,
      this.#orderBy(orderBy),
      frame === null ? "" : this.#frame(frame),
    ];
    return `(${parts.filter((part) => part !== "").join(" ")})`;
  }

  #frame({ unit, start, end, exclude }: Frame): string {
    const bound = ({ words, amount }: Frame["start"]) =>
      amount === null ? words : `${this.#operand(amount)} ${words}`;
    const range = end === null ? bound(start) : `BETWEEN ${bound(start)} AND ${bound(end)}`;
    return `${unit} ${range}${exclude === null ? "" : ` EXCLUDE ${exclude}`}`;
  }

  #list(items: readonly Expression[]): string {
    return commas(items.map((item) => this.expression(item)));
  }

  expression(node: Expression): string {
    switch (node.kind) {
      case "literal":
        return this.#literal(node.type, node.text);
      case "name":
        return node.parts.map(name).join(".");
      case "star":
        return [...node.table.map(name), "*"].join(".");
      case "parameter":
        return "?";
      case "bare":
        return node.name;
      case "unary":
        return `${node.operator} ${this.#operand(node.operand)}`;
      case "binary":
        return this.#binary(node);
      case "between":
        return `${this.#operand(node.operand)}${not(node)} BETWEEN ${this.#operand(node.low)} AND ${
          this.#operand(node.high)
        }`;
      case "in": {
        const among = "kind" in node.among
          ? this.#nested(node.among)
          : `(${this.#list(node.among)})`;
        return `${this.#operand(node.operand)}${not(node)} IN ${among}`;
      }
      case "like": {
        const escape = node.escape === null ? "" : ` ESCAPE ${this.#operand(node.escape)}`;
        return `${this.#operand(node.operand)}${not(node)} ${node.operator} ${
          this.#operand(node.pattern)
        }${escape}`;
      }
      case "case":
        return this.#case(node);
      case "cast":
        return `CAST(${this.expression(node.operand)} AS ${node.type})`;
      case "convert":
        return `CONVERT(${this.expression(node.operand)} USING ${name(node.charset)})`;
      case "typed":
        return `${node.type} ${this.#literal("string", node.text)}`;
      case "extract":
        return `EXTRACT(${node.unit} FROM ${this.expression(node.operand)})`;
      case "interval":
        return `INTERVAL ${this.#operand(node.amount)} ${node.unit}`;
      case "unit":
        return node.unit;
      case "collate":
        return `${this.#operand(node.operand)} COLLATE ${name(node.collation)}`;
      case "row":
        return `(${this.#list(node.items)})`;
      case "exists":
        return `EXISTS ${this.#nested(node.query)}`;
      case "subquery":
        return this.#nested(node.query);
      case "call":
        return this.#call(node);
    }
  }

  #binary({ left, operator, right }: Extract<Expression, { kind: "binary" }>): string {
    const first = this.#side(left, operator);
    const isLogic = operator === "AND" || operator === "OR";
    return this.#deeper(() =>
      `${first}${isLogic ? this.#gap : " "}${operator} ${this.#operand(right)}`
    );
  }

  #call(call: Call): string {
    const parts = [
      `${call.distinct ? "DISTINCT " : ""}${this.#list(call.args)}`,
      this.#orderBy(call.orderBy),
      call.separator === null ? "" : `SEPARATOR ${this.#literal("string", call.separator)}`,
    ].filter((part) => part !== "");
    const filter = call.filter === null ? "" : ` FILTER (WHERE ${this.expression(call.filter)})`;
    const over = call.over === null ? "" : ` OVER ${this.#window(call.over)}`;
    return `${call.name}(${parts.join(" ")})${filter}${over}`;
  }

  #case(node: Extract<Expression, { kind: "case" }>): string {
    const operand = node.operand === null ? "" : ` ${this.expression(node.operand)}`;
    const branches = node.branches.map(({ when, then }) =>
      ` WHEN ${this.expression(when)} THEN ${this.expression(then)}`
    );
    const otherwise = node.otherwise === null ? "" : ` ELSE ${this.expression(node.otherwise)}`;
    return `CASE${operand}${branches.join("")}${otherwise} END`;
  }

  #literal(type: string, text: string): string {
    if (type === "blob") return `x'${text}'`;
    if (type !== "string") return text;
    const escaped = this.#grammar.backslashes ? text.replaceAll("\\", "\\\\") : text;
    return `'${escaped.replaceAll("'", "''")}'`;
  }

  /** AND of ANDs and OR of ORs read better without parentheses, and mean the same. */
  #side(left: Expression, operator: string): string {
    const isChain = left.kind === "binary" && left.operator === operator &&
      (operator === "AND" || operator === "OR");
    return isChain ? this.expression(left) : this.#operand(left);
  }

  #operand(node: Expression): string {
    const printed = this.expression(node);
    return BARE.has(node.kind) ? printed : `(${printed})`;
  }
}

/** Kinds that nothing beside them can tear apart. */
const BARE: ReadonlySet<Expression["kind"]> = new Set<Expression["kind"]>([
  ...["literal", "name", "parameter", "bare", "call", "cast", "convert", "extract"] as const,
  ...["row", "exists", "subquery", "case", "typed", "interval"] as const,
]);

function not(node: { readonly not: boolean }): string {
  return node.not ? " NOT" : "";
}
