/**
 * `x.f` is `f(x)` where x has no column f (PostgreSQL, 4.2.4 and 8.16.5). In a query `… FROM unnest(a)
 * AS x` the row of a function that returns plain values is such a value, of any type; so a column of
 * a function in FROM has to be one that the query names itself, or a function that is allowed anyway.
 */
import { forbidden } from "../../forbidden.ts";
import { POSTGRESQL_FUNCTIONS, RESULT_FIELDS } from "../functions.ts";
import { eachNode, type Fields, namesOf, type Node } from "../tree.ts";
import type { Allowed } from "./rule.ts";

/** @throws ServiceError forbidden_sql */
export function noCallByColumn(statement: Node, { functions }: Allowed): void {
  const aliases = new Map<string, ReadonlySet<string>>();
  const columns: (readonly string[])[] = [];
  const [kind, fields] = Object.entries(statement)[0]!;
  eachNode(kind, fields, (kind, fields) => {
    if (kind === "RangeFunction") {
      for (const [alias, known] of functionAliases(fields)) {
        const before = aliases.get(alias);
        aliases.set(alias, before === undefined ? known : before.intersection(known));
      }
    } else if (kind === "ColumnRef") columns.push(namesOf(fields.fields));
  });
  if (aliases.size === 0) return;
  for (const names of columns) {
    const known = aliases.get(names.at(-2) ?? "");
    const column = names.at(-1)!;
    if (known === undefined || column === "*" || known.has(column)) continue;
    if (RESULT_FIELDS.has(column) || POSTGRESQL_FUNCTIONS.has(column)) continue;
    if (functions.has(column)) continue;
    throw forbidden(
      `${names.slice(-2).join(".")}, which could call a function`,
      `Name the columns where the function stands: AS ${names.at(-2)}(${column}).`,
    );
  }
}

/** The names that the row of a function in FROM goes by, each with the columns the query gives it. */
function functionAliases(fields: Fields): [string, ReadonlySet<string>][] {
  const alias = fields.alias as Fields | undefined;
  const items = (fields.functions as Node[]).map((item) => item.List!.items as Node[]);
  const called = items.map(([call]) => namesOf(call?.FuncCall?.funcname).at(-1) ?? "");
  const definitions = [
    ...((fields.coldeflist ?? []) as Node[]),
    ...items.flatMap(([, list]) => (list?.List?.items ?? []) as Node[]),
  ];
  const columns = definitions.map((item) => String(item.ColumnDef?.colname));
  const names = alias === undefined ? called : [String(alias.aliasname)];
  const known = [...columns, ...namesOf(alias?.colnames)];
  return names.map((name) => [name, new Set([name, ...known])]);
}
