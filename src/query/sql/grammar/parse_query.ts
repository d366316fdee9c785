/** One reading statement: WITH, SELECT, VALUES, set operations, FROM. */
import { forbidden } from "../forbidden.ts";
import { parseExpression, type Parsing } from "./parse_expression.ts";
import { parseOrder, parseWindow } from "./parse_window.ts";
import {
  type Body,
  type CommonTable,
  eachNode,
  type Expression,
  type Item,
  type Join,
  type Query,
  type Select,
  type Source,
} from "./tree.ts";

export function parseQuery(parsing: Parsing): Query {
  const { cursor } = parsing;
  let recursive = false;
  let ctes: CommonTable[] = [];
  if (cursor.take("WITH")) {
    recursive = cursor.take("RECURSIVE");
    ctes = cursor.list(() => parseCommonTable(parsing));
  }
  const body = parseBody(parsing);
  const orderBy = cursor.take("ORDER", "BY") ? cursor.list(() => parseOrder(parsing)) : [];
  const { limit, offset } = parseLimit(parsing);
  refuseTail(parsing);
  return { kind: "query", recursive, ctes, body, orderBy, limit, offset };
}

function parseCommonTable(parsing: Parsing): CommonTable {
  const { cursor } = parsing;
  const name = cursor.name();
  const columns = cursor.at("(")
    ? cursor.inParentheses(() => cursor.list(() => cursor.name()))
    : [];
  cursor.expect("AS");
  const query = cursor.inParentheses(parsing.query);
  return { kind: "cte", name, columns, query };
}

/** LIMIT a, LIMIT a OFFSET b, and LIMIT b, a, which is kept as the second. */
function parseLimit(parsing: Parsing): { limit: Expression | null; offset: Expression | null } {
  const { cursor } = parsing;
  if (!cursor.take("LIMIT")) return { limit: null, offset: null };
  const first = parseExpression(parsing);
  if (cursor.take(",")) return { limit: parseExpression(parsing), offset: first };
  return { limit: first, offset: cursor.take("OFFSET") ? parseExpression(parsing) : null };
}

const UNIONS = ["UNION ALL", "UNION DISTINCT", "UNION", "EXCEPT ALL", "EXCEPT"];
const INTERSECTIONS = ["INTERSECT ALL", "INTERSECT"];

function parseBody(parsing: Parsing): Body {
  const { cursor, grammar } = parsing;
  const operators = grammar.setPrecedence ? UNIONS : [...UNIONS, ...INTERSECTIONS];
  const operand = grammar.setPrecedence
    ? () => parseIntersection(parsing)
    : () => parseCore(parsing);
  let left = operand();
  for (let operator = cursor.takeOne(operators); operator !== null;) {
    const right = operand();
    left = { kind: "compound", operator: operator.replace(" DISTINCT", ""), left, right };
    operator = cursor.takeOne(operators);
  }
  return left;
}

function parseIntersection(parsing: Parsing): Body {
  const { cursor } = parsing;
  let left = parseCore(parsing);
  for (let operator = cursor.takeOne(INTERSECTIONS); operator !== null;) {
    left = { kind: "compound", operator, left, right: parseCore(parsing) };
    operator = cursor.takeOne(INTERSECTIONS);
  }
  return left;
}

function parseCore(parsing: Parsing): Body {
  const { cursor, grammar } = parsing;
  if (grammar.setPrecedence && cursor.at("(")) {
    const inner = cursor.inParentheses(parsing.query);
    const isPlain = inner.ctes.length === 0 && inner.orderBy.length === 0 && inner.limit === null;
    return isPlain ? inner.body : inner;
  }
  if (cursor.take("VALUES")) {
    const withRow = cursor.at("ROW");
    const rows = cursor.list(() => {
      if (withRow) cursor.expect("ROW");
      return cursor.inParentheses(() => cursor.list(() => parseExpression(parsing)));
    });
    if (grammar.namesValues) rows.flat().forEach(refuseSubquery);
    return { kind: "values", withRow, rows };
  }
  if (!cursor.take("SELECT")) refuseStatement(parsing);
  return parseSelect(parsing);
}

function refuseSubquery(value: Expression): void {
  eachNode(value, ({ kind }) => {
    if (kind === "query") throw forbidden("a subquery in VALUES", "Select it.");
  });
}

function parseSelect(parsing: Parsing): Select {
  const { cursor } = parsing;
  const distinct = cursor.take("DISTINCT");
  if (!distinct) cursor.take("ALL");
  const items = cursor.list(() => parseItem(parsing));
  if (cursor.at("INTO")) throw forbidden("SELECT INTO");
  const isDual = parsing.grammar.dual && cursor.take("FROM", "DUAL");
  const from = !isDual && cursor.take("FROM") ? parseFrom(parsing) : null;
  const where = cursor.take("WHERE") ? parseExpression(parsing) : null;
  const groupBy = cursor.take("GROUP", "BY") ? cursor.list(() => parseExpression(parsing)) : [];
  const rollup = groupBy.length > 0 && parsing.grammar.rollup && cursor.take("WITH", "ROLLUP");
  const having = cursor.take("HAVING") ? parseExpression(parsing) : null;
  const windows = cursor.take("WINDOW")
    ? cursor.list(() => {
      const name = cursor.name();
      cursor.expect("AS");
      if (!cursor.at("(")) throw cursor.fault();
      return { kind: "namedWindow", name, window: parseWindow(parsing) } as const;
    })
    : [];
  return { kind: "select", distinct, items, from, where, groupBy, rollup, having, windows };
}

function parseItem(parsing: Parsing): Item {
  const { cursor } = parsing;
  if (cursor.take("*")) return { kind: "item", value: { kind: "star", table: [] }, alias: null };
  const first = cursor.token;
  const value = parseExpression(parsing);
  const text = cursor.textSince(first);
  return { kind: "item", value, alias: parseAlias(parsing) ?? ownName(value, text) };
}

/**
 * These engines call a column without a name after its text, which is to be what was written: once
 * tables are replaced, theirs would tell of the rules around them.
 */
function ownName({ kind }: Expression, text: string): string | null {
  if (kind === "name" || kind === "star" || kind === "literal") return null;
  // MySQL's names end at U+FFFF and at 256 characters.
  return [...text.replaceAll(/[^\0-\uffff]/gu, "?")].slice(0, LONGEST_NAME).join("").trimEnd();
}

const LONGEST_NAME = 200;

/** SQLite and MySQL take a text for a label too; here it becomes a name. */
function parseAlias({ cursor }: Parsing): string | null {
  if (cursor.take("AS")) {
    return cursor.token.kind === "string" ? cursor.next().text : cursor.name();
  }
  return cursor.atName ? cursor.name() : null;
}

function parseFrom(parsing: Parsing): Source {
  const { cursor, grammar } = parsing;
  let left = parseJoined(parsing, parseSource(parsing));
  while (cursor.take(",")) {
    const right = grammar.looseComma
      ? parseJoined(parsing, parseSource(parsing))
      : parseSource(parsing);
    left = { kind: "join", join: ",", left, right, on: null, using: [] };
    if (!grammar.looseComma) left = parseJoined(parsing, left);
  }
  return left;
}

const JOINS: Readonly<Record<string, string>> = {
  JOIN: "JOIN",
  "INNER JOIN": "JOIN",
  "CROSS JOIN": "CROSS JOIN",
  "LEFT JOIN": "LEFT JOIN",
  "LEFT OUTER JOIN": "LEFT JOIN",
  "RIGHT JOIN": "RIGHT JOIN",
  "RIGHT OUTER JOIN": "RIGHT JOIN",
  "FULL JOIN": "FULL JOIN",
  "FULL OUTER JOIN": "FULL JOIN",
  "NATURAL JOIN": "NATURAL JOIN",
  "NATURAL INNER JOIN": "NATURAL JOIN",
  "NATURAL LEFT JOIN": "NATURAL LEFT JOIN",
  "NATURAL LEFT OUTER JOIN": "NATURAL LEFT JOIN",
  "NATURAL RIGHT JOIN": "NATURAL RIGHT JOIN",
};
const JOIN_WORDS = Object.keys(JOINS);

function parseJoined(parsing: Parsing, first: Source): Source {
  const { cursor } = parsing;
  let left = first;
  for (let words = cursor.takeOne(JOIN_WORDS); words !== null;) {
    const right = parseSource(parsing);
    let on: Expression | null = null;
    let using: string[] = [];
    if (cursor.take("ON")) on = parseExpression(parsing);
    else if (cursor.take("USING")) {
      using = cursor.inParentheses(() => cursor.list(() => cursor.name()));
    }
    const joined: Join = { kind: "join", join: JOINS[words]!, left, right, on, using };
    left = joined;
    words = cursor.takeOne(JOIN_WORDS);
  }
  return left;
}

function parseSource(parsing: Parsing): Source {
  const { cursor } = parsing;
  if (cursor.at("LATERAL")) throw forbidden("LATERAL");
  if (cursor.at("(")) {
    const isQuery = startsQueryInParentheses(parsing);
    if (!isQuery) return cursor.inParentheses(() => parseFrom(parsing));
    const query = cursor.inParentheses(parsing.query);
    return { kind: "derived", query, alias: parseAlias(parsing) };
  }
  const first = cursor.name();
  if (cursor.at("(")) return parseTableFunction(parsing, first);
  const second = cursor.take(".") ? cursor.name() : null;
  if (cursor.at(".")) throw forbidden("a table of another catalog");
  const alias = parseAlias(parsing);
  refuseHints(parsing);
  return second === null
    ? { kind: "table", schema: null, name: first, alias }
    : { kind: "table", schema: first, name: second, alias };
}

function parseTableFunction(parsing: Parsing, written: string): Source {
  const { cursor, grammar } = parsing;
  const name = written.toLowerCase();
  if (!grammar.tableFunctions.has(name)) throw forbidden(`the function ${name}`);
  const args = cursor.inParentheses(() =>
    cursor.at(")") ? [] : cursor.list(() => parseExpression(parsing))
  );
  return { kind: "tableFunction", name, args, alias: parseAlias(parsing) };
}

/** Whether parentheses in FROM hold a query: the first word in them that is no parenthesis says so. */
function startsQueryInParentheses({ cursor }: Parsing): boolean {
  let ahead = 0;
  while (cursor.peek(ahead).text === "(" && cursor.peek(ahead).kind === "symbol") ahead++;
  const { kind, text } = cursor.peek(ahead);
  return kind === "word" && ["SELECT", "WITH", "VALUES"].includes(text);
}

function refuseHints({ cursor }: Parsing): void {
  for (const hint of ["USE", "FORCE", "IGNORE", "INDEXED", "PARTITION"]) {
    if (cursor.at(hint)) throw forbidden(`${hint} after a table`);
  }
  if (cursor.at("NOT", "INDEXED")) throw forbidden("NOT INDEXED after a table");
}

function refuseTail({ cursor }: Parsing): void {
  if (cursor.at("INTO")) throw forbidden("SELECT INTO");
  if (cursor.at("FOR") || cursor.at("LOCK")) throw forbidden("FOR UPDATE or FOR SHARE");
  if (cursor.at("PROCEDURE")) throw forbidden("PROCEDURE");
}

/** @throws ServiceError forbidden_sql by the statement's name; invalid_sql for no statement */
export function refuseStatement({ cursor }: Pick<Parsing, "cursor">): never {
  const { kind, text } = cursor.token;
  if (kind === "word") {
    const name = STATEMENTS[text];
    if (name !== undefined) {
      const isCopy = text === "CREATE" && cursor.at("CREATE", "TABLE") && hasSelect();
      const hint = WRITES.has(text)
        ? "Send one SELECT; this version writes to databases of PostgreSQL only."
        : "Send one SELECT.";
      throw forbidden(isCopy ? "CREATE TABLE AS" : name, hint);
    }
  }
  throw cursor.fault();

  function hasSelect(): boolean {
    for (let ahead = 0; cursor.peek(ahead).kind !== "end"; ahead++) {
      if (cursor.peek(ahead).kind === "word" && cursor.peek(ahead).text === "SELECT") return true;
    }
    return false;
  }
}

const WRITES: ReadonlySet<string> = new Set(["INSERT", "REPLACE", "UPDATE", "DELETE"]);

const STATEMENTS: Readonly<Record<string, string>> = {
  ...{ INSERT: "INSERT", REPLACE: "REPLACE", UPDATE: "UPDATE", DELETE: "DELETE", DROP: "DROP" },
  ...{ CREATE: "CREATE", ALTER: "ALTER", TRUNCATE: "TRUNCATE", RENAME: "RENAME", LOCK: "LOCK" },
  ...{ EXPLAIN: "EXPLAIN", DESCRIBE: "DESCRIBE", DESC: "DESCRIBE", SHOW: "SHOW", TABLE: "TABLE" },
  ...{ SET: "SET or RESET", RESET: "SET or RESET", PRAGMA: "PRAGMA", ATTACH: "ATTACH" },
  ...{ DETACH: "DETACH", VACUUM: "VACUUM or ANALYZE", ANALYZE: "VACUUM or ANALYZE", DO: "DO" },
  ...{ REINDEX: "REINDEX", CALL: "CALL", HANDLER: "HANDLER", LOAD: "LOAD", PREPARE: "PREPARE" },
  ...{ EXECUTE: "EXECUTE", DEALLOCATE: "DEALLOCATE", GRANT: "GRANT or REVOKE", KILL: "KILL" },
  ...{ REVOKE: "GRANT or REVOKE", USE: "USE", BEGIN: "transaction control", FLUSH: "FLUSH" },
  ...{ START: "transaction control", COMMIT: "transaction control", UNLOCK: "LOCK" },
  ...{ ROLLBACK: "transaction control", SAVEPOINT: "transaction control", XA: "XA" },
  ...{ RELEASE: "transaction control", INSTALL: "INSTALL", MERGE: "MERGE", BINLOG: "BINLOG" },
};
