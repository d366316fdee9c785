/** What this service knows of one kind of chart: the controls that its query reads, and the query. */
import type { Dataset } from "../dataset.ts";
import type { FormData, QueryObject } from "../query_object.ts";
import type { Controls } from "./controls.ts";

/** What a chart's controls and queries ask of its dataset. */
export type ChartDataset = Pick<Dataset, "id" | "mainDttmCol"> & {
  readonly columns: readonly ChartColumn[];
};

export type ChartColumn = Pick<Dataset["columns"][number], "column_name" | "is_dttm" | "type"> & {
  readonly groupby?: boolean;
};

/** One row of an answer, by column. */
export type Row = Readonly<Record<string, unknown>>;

export interface ChartKind {
  /** Superset's names of it: `viz_type`. */
  readonly vizTypes: readonly string[];
  /** In the page's order, which is the order that metrics of different controls come in. */
  readonly controls: Controls;
  /** The queries of a form that the controls have filled in. */
  readonly queries: (form: FormData, dataset: ChartDataset) => readonly QueryObject[];
  /** For kinds that Superset answers through `/explore_json`: what it makes of the first query's rows. */
  readonly transform?: (rows: readonly Row[], form: FormData) => unknown;
}
