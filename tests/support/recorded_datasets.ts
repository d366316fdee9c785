/** The datasets of the recorded workspace, as plans take them. */
import postgres from "postgres";
import type { Dataset, DatasetColumn, DatasetMetric } from "../../src/query/dataset.ts";

type Row = Readonly<Record<string, unknown>>;

/** Every dataset of a restored metadata database, by id. */
export async function readDatasets(metadataUrl: string): Promise<ReadonlyMap<number, Dataset>> {
  const sql = postgres(metadataUrl, { max: 1 });
  try {
    const [tables, columns, metrics] = await Promise.all([
      sql<Row[]>`SELECT * FROM tables`,
      sql<Row[]>`SELECT * FROM table_columns ORDER BY id`,
      sql<Row[]>`SELECT * FROM sql_metrics ORDER BY id`,
    ]);
    return new Map(tables.map((table) => {
      const ofTable = ({ table_id }: Row) => table_id === table.id;
      return [Number(table.id), {
        id: Number(table.id),
        uuid: String(table.uuid),
        databaseId: Number(table.database_id),
        tableName: String(table.table_name),
        schema: textOf(table.schema),
        catalog: textOf(table.catalog),
        sql: textOf(table.sql),
        mainDttmCol: textOf(table.main_dttm_col),
        alwaysFilterMainDttm: table.always_filter_main_dttm === true,
        normalizeColumns: table.normalize_columns === true,
        fetchValuesPredicate: textOf(table.fetch_values_predicate),
        offset: Number(table.offset ?? 0),
        cacheTimeout: null,
        templateParams: JSON.parse(textOf(table.template_params) ?? "{}"),
        changedOn: null,
        columns: columns.filter(ofTable).map(columnOf),
        metrics: metrics.filter(ofTable).map(metricOf),
      }];
    }));
  } finally {
    await sql.end();
  }
}

function columnOf(row: Row): DatasetColumn {
  return {
    column_name: String(row.column_name),
    verbose_name: textOf(row.verbose_name),
    type: textOf(row.type),
    is_dttm: row.is_dttm === true,
    groupby: row.groupby !== false,
    filterable: row.filterable !== false,
    expression: textOf(row.expression),
    python_date_format: textOf(row.python_date_format),
    datetime_format: textOf(row.datetime_format),
  };
}

function metricOf(row: Row): DatasetMetric {
  return {
    metric_name: String(row.metric_name),
    verbose_name: textOf(row.verbose_name),
    expression: String(row.expression),
  };
}

/** Superset writes an absent text as null or as nothing. */
function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
