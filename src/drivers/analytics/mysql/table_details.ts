/** A table's keys, comments and size, as the information schema of MySQL and MariaDB tells them. */
import type { AnalyticsConnection, TableDetails } from "../engine.ts";
import { columnComments, tableKeys } from "../table_keys.ts";

export async function tableDetails(
  read: AnalyticsConnection["read"],
  schema: string,
  table: string,
): Promise<TableDetails> {
  const of = [schema, table];
  const keys = await read(KEYS, of);
  const comments = await read(COMMENTS, of);
  const [about] = await read(ABOUT, of);
  const number = (value: unknown) => value === null || value === undefined ? null : Number(value);
  const isView = about?.type === undefined || String(about.type).includes("VIEW");
  return {
    ...tableKeys(keys),
    // A view's columns have those of its tables, and its own is the word VIEW.
    columnComments: isView ? {} : columnComments(comments),
    comment: isView ? null : String(about.comment ?? "") || null,
    estimatedRows: isView ? null : number(about.table_rows),
    bytes: isView ? null : number(about.bytes),
  };
}

const KEYS = `
  select c.constraint_name as name,
         case c.constraint_type when 'PRIMARY KEY' then 'p' when 'UNIQUE' then 'u' else 'f' end as kind,
         u.column_name as column_name, u.referenced_table_schema as ref_schema,
         u.referenced_table_name as ref_table, u.referenced_column_name as ref_column
    from information_schema.table_constraints c
    join information_schema.key_column_usage u
      on u.constraint_schema = c.constraint_schema and u.constraint_name = c.constraint_name
     and u.table_schema = c.table_schema and u.table_name = c.table_name
   where c.table_schema = ? and c.table_name = ?
     and c.constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
   order by c.constraint_name, u.ordinal_position`;

const COMMENTS = `
  select column_name as name, column_comment as comment
    from information_schema.columns where table_schema = ? and table_name = ?`;

const ABOUT = `
  select table_type as type, table_comment as comment, table_rows as table_rows,
         data_length + index_length as bytes
    from information_schema.tables where table_schema = ? and table_name = ?`;
