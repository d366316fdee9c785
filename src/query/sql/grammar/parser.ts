/**
 * SQL of engines that have no parser of their own here, read by the grammar of this folder. It knows
 * the part of SQL that reads; what it does not know it refuses, and what it prints has one meaning.
 */
import { ServiceError } from "../../../errors.ts";
import type { NamedTable, ParsedStatement, ParserOptions, SqlParser } from "../dialect.ts";
import { forbidden } from "../forbidden.ts";
import { shallowEnough, syntaxFault } from "../syntax_fault.ts";
import { Cursor } from "./cursor.ts";
import type { EngineGrammar } from "./engine_grammar.ts";
import { type NameList, parseExpression, type Parsing, startsQuery } from "./parse_expression.ts";
import { parseQuery, refuseStatement } from "./parse_query.ts";
import { noSystemTable } from "./no_system_table.ts";
import { printExpression, printQuery } from "./print.ts";
import { rewriteQuery } from "./rewrite.ts";
import { stoppable, stoppableCalls } from "./stoppable.ts";
import { references } from "./tables.ts";
import { tokenize } from "./tokens.ts";
import { eachNode, type Expression, type Node, type Query, sameTree, type Table } from "./tree.ts";

export class GrammarParser implements SqlParser {
  readonly #grammar: EngineGrammar;
  readonly #options: ParserOptions;

  constructor(grammar: EngineGrammar, options: ParserOptions = {}) {
    this.#grammar = grammar;
    this.#options = options;
  }

  expression(text: string): string {
    return shallowEnough(() => this.#printExpression(this.#readExpression(text, false), false));
  }

  clause(text: string): string {
    return shallowEnough(() => this.#printExpression(this.#readClause(text), true));
  }

  /** Cut at semicolons, of which only a token's own ends a statement. */
  split(text: string): readonly string[] {
    const texts: string[] = [];
    let start: number | null = null;
    for (const { kind, text: sign, at } of tokenize(text, this.#grammar)) {
      const ends = kind === "end" || (kind === "symbol" && sign === ";");
      if (!ends) start ??= at;
      else if (start !== null) {
        texts.push(text.slice(start, at).trim());
        start = null;
      }
    }
    return texts;
  }

  viewTables(text: string): readonly NamedTable[] {
    return shallowEnough(() => {
      const parsing = this.#parsing(text, { functions: ANY, types: ANY });
      skipToQuery(parsing.cursor);
      return namesOf(references(this.#readQuery(parsing, 0), this.#grammar).tables);
    });
  }

  statement(text: string, { parameters = 0 }: { readonly parameters?: number } = {}) {
    const grammar = this.#grammar;
    const query = shallowEnough(() => this.#readStatement(text, parameters));
    const found = shallowEnough(() => references(query, grammar));
    const { tables } = found;
    tables.forEach((table) => noSystemTable(table, this.#grammar));
    const print = (tree: Query, readable = false) => this.#printQuery(tree, parameters, readable);
    let printed: string | undefined;
    const statement: ParsedStatement = {
      get sql() {
        return printed ??= shallowEnough(() => print(query));
      },
      get readable() {
        return shallowEnough(() => print(query, true));
      },
      tables: namesOf(tables),
      rewrite: (changes) =>
        shallowEnough(() =>
          rewriteQuery(query, found, changes, {
            ...{ grammar, print },
            query: (sql) => this.#readStatement(sql, parameters),
            clause: (clause) => this.#readClause(clause),
          })
        ),
    };
    const stop = grammar.stopFunctions;
    if (stop !== null) {
      statement.stoppable = (columns) =>
        shallowEnough(() => {
          const tree = stoppable(query, stop, columns, grammar);
          const text = printQuery(tree, grammar);
          const functions = stoppableCalls(stop, this.#options.functions ?? NONE);
          const read = () => this.#readQuery(this.#parsing(text, { functions }), parameters);
          return this.#verified(text, tree, read);
        });
    }
    return statement;
  }

  #parsing(text: string, more: Partial<Pick<Parsing, "functions" | "types">> = {}): Parsing {
    const cursor = new Cursor(text, tokenize(text, this.#grammar));
    const parsing: Parsing = {
      ...{ cursor, grammar: this.#grammar },
      functions: more.functions ?? this.#options.functions ?? NONE,
      types: more.types ?? this.#options.types ?? NONE,
      query: () => parseQuery(parsing),
    };
    return parsing;
  }

  #readStatement(text: string, parameters: number): Query {
    return this.#readQuery(this.#parsing(text), parameters);
  }

  #readQuery(parsing: Parsing, parameters: number): Query {
    const { cursor } = parsing;
    if (cursor.atEnd) throw syntaxFault("it holds no statement", null);
    if (!startsQuery(cursor) && !cursor.at("(")) refuseStatement(parsing);
    const query = parseQuery(parsing);
    while (cursor.take(";"));
    if (!cursor.atEnd) {
      if (cursor.peek(-1).text === ";") throw forbidden("more than one statement", "Send one.");
      throw cursor.fault();
    }
    checkStars(query);
    let count = 0;
    eachNode(query, (node) => {
      if (node.kind === "parameter" && ++count > parameters) throw forbidden("a parameter");
    });
    return query;
  }

  #readExpression(text: string, isClause: boolean): Expression {
    const parsing = this.#parsing(text);
    const { cursor } = parsing;
    const what = isClause ? "a condition" : "an expression";
    if (cursor.atEnd) throw syntaxFault(`it holds no ${what.slice(3)}`, null);
    const inner = isClause ? parsing : {
      ...parsing,
      query: () => {
        throw forbidden("a subquery", "Compute on the dataset's own columns only.");
      },
    };
    if (cursor.at("*")) throw forbidden("a star outside of count(*)", "Name the columns.");
    const expression = parseExpression(inner);
    cursor.take(";");
    if (!cursor.atEnd) throw beside(cursor, what);
    checkStars(expression);
    eachNode(expression, (node) => {
      if (node.kind === "parameter") throw forbidden("a parameter");
    });
    return expression;
  }

  #readClause(text: string): Expression {
    const clause = this.#readExpression(text, true);
    references(clause, this.#grammar).tables.forEach((table) =>
      noSystemTable(table, this.#grammar)
    );
    return clause;
  }

  #printExpression(expression: Expression, isClause: boolean): string {
    const text = printExpression(expression, this.#grammar);
    return this.#verified(text, expression, () => this.#readExpression(text, isClause));
  }

  #printQuery(query: Query, parameters: number, readable: boolean): string {
    const text = printQuery(query, this.#grammar, readable);
    return this.#verified(text, query, () => this.#readStatement(text, parameters));
  }

  /** What is printed is only good if reading it gives the same tree. */
  #verified(text: string, tree: Node, read: () => Node): string {
    let again: Node | null = null;
    try {
      again = read();
    } catch (fault) {
      if (!(fault instanceof ServiceError)) throw fault;
    }
    if (again !== null && sameTree(tree, again)) return text;
    throw new ServiceError(
      "forbidden_sql",
      "The SQL can't be written anew without changing its meaning, so it is not run.",
      { hint: "Write the less usual parts of it in another way." },
    );
  }
}

const NONE: NameList = { has: () => false };
const ANY: NameList = { has: () => true };

function namesOf(tables: readonly Table[]): readonly NamedTable[] {
  return tables.map(({ schema, name }) => ({ catalog: null, schema, table: name }));
}

/** Past `CREATE VIEW name (columns) AS`, with which SQLite keeps a view's query. */
function skipToQuery(cursor: Cursor): void {
  if (!cursor.take("CREATE")) return;
  cursor.takeOne(["TEMP", "TEMPORARY"]);
  cursor.expect("VIEW");
  cursor.take("IF", "NOT", "EXISTS");
  cursor.name();
  if (cursor.take(".")) cursor.name();
  if (cursor.at("(")) cursor.inParentheses(() => cursor.list(() => cursor.name()));
  cursor.expect("AS");
}

const CLAUSES: ReadonlySet<string> = new Set([
  ...["FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "INTO", "FOR"],
  ...["UNION", "EXCEPT", "INTERSECT", "LOCK"],
]);

/** What stands after an expression that should have ended. */
function beside(cursor: Cursor, what: string): ServiceError {
  const { kind, text } = cursor.token;
  if (cursor.peek(-1).text === ";") return forbidden(`a statement beside ${what}`);
  if (kind === "symbol" && text === ",") return forbidden(`more than one value in ${what}`);
  if (kind !== "word" || !CLAUSES.has(text)) return cursor.fault();
  if (["UNION", "EXCEPT", "INTERSECT"].includes(text)) {
    return forbidden(`a set operation in ${what}`);
  }
  return forbidden(`${["GROUP", "ORDER"].includes(text) ? `${text} BY` : text} after ${what}`);
}

/** A star is whole rows: it may be selected, or counted. */
function checkStars(root: Node): void {
  const allowed = new Set<Node>();
  eachNode(root, (node) => {
    if (node.kind === "item") allowed.add(node.value);
    if (node.kind === "call" && node.name === "count" && node.args.length === 1) {
      const star = node.args[0]!;
      if (star.kind === "star" && star.table.length === 0) allowed.add(star);
    }
    if (node.kind === "star" && !allowed.has(node)) {
      throw forbidden("a star outside of count(*)", "Name the columns.");
    }
  });
}
