/** A table's keys, as SQLite's pragmas tell them; it has no comments and keeps no sizes. */
import type { AnalyticsConnection, TableDetails } from "../engine.ts";
import { tableKeys } from "../table_keys.ts";

export async function tableDetails(
  read: AnalyticsConnection["read"],
  table: string,
): Promise<TableDetails> {
  return {
    ...tableKeys(await read(KEYS, [table])),
    ...{ comment: null, columnComments: {}, estimatedRows: null, bytes: null },
  };
}

/** Unique keys by origin: those of CREATE INDEX are keys as well, of a primary key it is told above. */
const KEYS = `
  select kind, name, column_name, ref_schema, ref_table, ref_column from (
    select 'p' as kind, '' as name, name as column_name, pk as position,
           null as ref_schema, null as ref_table, null as ref_column
      from pragma_table_info(?1) where pk > 0
    union all
    select 'u', i.name, c.name, c.seqno, null, null, null
      from pragma_index_list(?1) i, pragma_index_info(i.name) c
     where i."unique" = 1 and i.origin <> 'pk' and i.partial = 0
    union all
    select 'f', cast(id as text), "from", seq, 'main', "table", "to"
      from pragma_foreign_key_list(?1)
  ) order by kind, name, position`;
