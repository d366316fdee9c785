/** SQL of PostgreSQL and its family, read by PostgreSQL's own parser. */
import type { ParsedStatement, ParsedWrite, ParserOptions, SqlParser } from "../dialect.ts";
import { forbidden } from "../forbidden.ts";
import { RememberingParser } from "../remembering_parser.ts";
import { shallowEnough, syntaxFault } from "../syntax_fault.ts";
import { CONSTRUCTS } from "./constructs.ts";
import { PgQuery } from "./libpg_query.ts";
import { printReadable, printVerified } from "./print.ts";
import { rewriteStatement } from "./rewrite.ts";
import type { Allowed } from "./rules/rule.ts";
import { checkExpression, checkStatement } from "./rules/rules.ts";
import { rowFields } from "./rules/row_fields.ts";
import { noSystemCatalog } from "./rules/no_system_catalog.ts";
import { WRITES } from "./rules/writes_at_the_top.ts";
import { tableReferences } from "./tables.ts";
import { FIELDS, type Fields, type Node } from "./tree.ts";
import { parsedWrite } from "./write.ts";

let loading: Promise<PgQuery> | null = null;
let withoutOptions: Promise<SqlParser> | null = null;

/** Loads the parser's 1.7 MB once, when it is first needed. Without options it is one for everyone. */
export function postgresqlParser(options?: ParserOptions): Promise<SqlParser> {
  if (options !== undefined) return make(options);
  return withoutOptions ??= make({});
}

async function make(options: ParserOptions): Promise<SqlParser> {
  const pgQuery = await (loading ??= PgQuery.load());
  return new RememberingParser(new PostgresqlParser(pgQuery, options));
}

/** In front of an expression; it ends in a line break, so that lines count from the next one. */
const SELECT = "SELECT\n";

class PostgresqlParser implements SqlParser {
  readonly #pgQuery: PgQuery;
  readonly #allowed: Allowed;

  constructor(pgQuery: PgQuery, options: ParserOptions) {
    this.#pgQuery = pgQuery;
    this.#allowed = {
      functions: options.functions ?? new Set(),
      types: options.types ?? new Set(),
      parameters: 0,
    };
  }

  expression(text: string): string {
    const node = this.#readExpression(text, "an expression");
    shallowEnough(() => checkExpression(node, this.#allowed));
    return this.#print(node);
  }

  clause(text: string): string {
    return this.#print(this.#readClause(text));
  }

  statement(text: string, options: { readonly parameters?: number } = {}): ParsedStatement {
    const allowed = { ...this.#allowed, parameters: options.parameters ?? 0 };
    const node = this.#readStatement(text);
    const { tables, fields } = shallowEnough(() => {
      checkStatement(node, allowed);
      return { tables: tableReferences(node), fields: rowFields(node, allowed) };
    });
    tables.forEach(noSystemCatalog);
    const parts = {
      parse: (sql: string) => this.#readStatement(sql),
      clause: (clause: string) => this.#readClause(clause),
    };
    let printed: string | undefined;
    return {
      get sql() {
        return printed ??= shallowEnough(() => printVerified(node, parts.parse).sql);
      },
      get readable() {
        return shallowEnough(() => printReadable(node, parts.parse));
      },
      tables,
      fields,
      rewrite: (changes) => shallowEnough(() => rewriteStatement(node, tables, changes, parts)),
    };
  }

  write(text: string): ParsedWrite | null {
    const node = this.#readOne(text);
    const [kind, fields] = Object.entries(node)[0]!;
    if (!WRITES.has(kind)) return null;
    const allowed = { ...this.#allowed, writing: fields };
    const named = shallowEnough(() => {
      checkStatement(node, allowed);
      return { tables: tableReferences(node), fields: rowFields(node, allowed) };
    });
    named.tables.forEach(noSystemCatalog);
    return parsedWrite(node, named, (sql) => this.#readOne(sql));
  }

  split(text: string): readonly string[] {
    const { stmts = [] } = this.#pgQuery.parse(text);
    // Positions are in bytes; a statement without a length goes to the end.
    const bytes = new TextEncoder().encode(text);
    return stmts.map(({ stmt_location: begin = 0, stmt_len: length = 0 }) =>
      new TextDecoder("utf-8", { ignoreBOM: true })
        .decode(bytes.subarray(begin, length === 0 ? undefined : begin + length)).trim()
    );
  }

  #readClause(text: string): Node {
    const node = this.#readExpression(text, "a condition");
    shallowEnough(() => {
      checkStatement(node, this.#allowed);
      tableReferences(node).forEach(noSystemCatalog);
    });
    return node;
  }

  #print(node: Node): string {
    const select = { SelectStmt: selectOf(node) };
    return shallowEnough(() =>
      printVerified(select, (sql) => this.#readStatement(sql)).sql.replace(/^SELECT\s+/, "")
    );
  }

  #readOne(text: string): Node {
    const { stmts = [] } = this.#pgQuery.parse(text);
    if (stmts.length === 0) throw syntaxFault("it holds no statement", null);
    if (stmts.length > 1) throw forbidden("more than one statement", "Send one statement.");
    return stmts[0]!.stmt;
  }

  /** Reads one statement, which has to be one that reads. */
  #readStatement(text: string): Node {
    const stmt = this.#readOne(text);
    const kind = Object.keys(stmt)[0]!;
    if (kind !== "SelectStmt") {
      throw forbidden(CONSTRUCTS[kind] ?? `a statement of the kind ${kind}`, "Send one SELECT.");
    }
    return stmt;
  }

  /** Reads `SELECT <text>`, in which nothing but one value may have been selected. */
  #readExpression(text: string, what: string): Node {
    const { stmts = [] } = this.#pgQuery.parse(SELECT + text, SELECT.length);
    if (stmts.length > 1) throw forbidden(`a statement beside ${what}`);
    const select = stmts[0]?.stmt.SelectStmt;
    const targets = (select?.targetList ?? []) as Node[];
    const target = targets[0]?.ResTarget;
    if (select === undefined || target === undefined) {
      const isSet = select !== undefined && select.op !== EMPTY_SELECT.op;
      if (isSet) throw forbidden(`a set operation in ${what}`);
      throw syntaxFault(`it holds no ${what.replace(/^an? /, "")}`, null);
    }
    for (const name of Object.keys(select)) {
      if (name in EMPTY_SELECT || name === "targetList") continue;
      const construct = FIELDS.SelectStmt?.[name] === undefined
        ? CONSTRUCTS[`SelectStmt.${name}`]
        : CLAUSES[name];
      throw forbidden(`${construct ?? name} after ${what}`);
    }
    if (select.limitOption !== EMPTY_SELECT.limitOption) throw forbidden(`LIMIT after ${what}`);
    if (targets.length > 1) throw forbidden(`more than one value in ${what}`);
    if (target.name !== undefined) throw forbidden(`a label after ${what}`);
    return target.val as Node;
  }
}

const EMPTY_SELECT: Fields = { limitOption: "LIMIT_OPTION_DEFAULT", op: "SETOP_NONE" };

const CLAUSES: Readonly<Record<string, string>> = {
  distinctClause: "DISTINCT",
  fromClause: "FROM",
  whereClause: "WHERE",
  groupClause: "GROUP BY",
  havingClause: "HAVING",
  windowClause: "WINDOW",
  sortClause: "ORDER BY",
  limitCount: "LIMIT",
  limitOffset: "OFFSET",
  larg: "a set operation",
  all: "a set operation",
  rarg: "a set operation",
};

function selectOf(value: Node): Fields {
  return { targetList: [{ ResTarget: { val: value } }], ...EMPTY_SELECT };
}
