/**
 * A workspace whose one database is a test's own: tables `slow`, whose query takes half a minute or
 * more, and `quick`, each with one column `shop_name`.
 */
import { openDemo } from "../../src/demo/demo.ts";
import type { SlowPlace } from "./slow_servers.ts";

const NOW = Date.UTC(2026, 10, 24);

/** Of the demo's objects, what is made to be those of the test. */
const DATASETS = { slow: 1, quick: 8 } as const;
const CHARTS = { slow: 1, quick: 2 } as const;

export type Speed = keyof typeof DATASETS;

export interface SlowWorkspace {
  /** Of the metadata, for SQLALCHEMY_DATABASE_URI. */
  readonly uri: string;
  readonly databaseId: number;
  /** A call that asks the table: a tool's name and its arguments. */
  call(tool: "execute_sql" | "get_chart_data", speed: Speed): {
    readonly name: string;
    readonly arguments: Readonly<Record<string, unknown>>;
  };
}

/**
 * @param folder where the metadata's file is put
 * @param place the test's database
 */
export function slowWorkspace(folder: string, place: SlowPlace): SlowWorkspace {
  const { schema, slowSql } = place;
  const demo = openDemo(NOW);
  const { metadata } = demo;
  metadata.prepare("update dbs set sqlalchemy_uri = ?, expose_in_sqllab = 1 where id = 1").run(
    place.uri(),
  );
  metadata.exec("delete from rls_filter_tables; delete from rls_filter_roles");
  metadata.exec("delete from row_level_security_filters");
  for (const speed of ["slow", "quick"] as const) {
    const id = DATASETS[speed];
    metadata.prepare(
      "update tables set table_name = ?, schema = ?, sql = ?, main_dttm_col = null where id = ?",
    ).run(speed, schema, speed === "slow" ? slowSql : null, id);
    metadata.prepare("delete from table_columns where table_id = ? and column_name <> 'shop_name'")
      .run(id);
    const context = {
      datasource: { id, type: "table" },
      queries: [{ columns: ["shop_name"], metrics: null, orderby: [], row_limit: 10 }],
      form_data: { viz_type: "table", datasource: `${id}__table` },
      result_type: "full",
    };
    metadata.prepare(
      "update slices set datasource_id = ?, viz_type = 'table', params = ?, query_context = ? " +
        "where id = ?",
    ).run(id, JSON.stringify(context.form_data), JSON.stringify(context), CHARTS[speed]);
  }
  const path = `${folder}/superset.db`;
  metadata.exec(`VACUUM INTO '${path}'`);
  demo.close();
  const sqlOf = (speed: Speed) =>
    speed === "slow" && slowSql !== null ? slowSql : `select shop_name from ${speed}`;
  return {
    uri: `sqlite:///${path}`,
    databaseId: 1,
    call(name, speed) {
      switch (name) {
        case "execute_sql":
          return { name, arguments: { database_id: 1, sql: sqlOf(speed) } };
        case "get_chart_data":
          return { name, arguments: { identifier: CHARTS[speed], force_refresh: true } };
      }
    },
  };
}
