/** Annotation layers and what stands on them (Superset 6.1, superset/models/annotations.py). */
import type { Relation } from "../relation.ts";
import { ofPage } from "../relation.ts";
import { related, type Resource, stored } from "../resource.ts";
import { sql } from "../sql.ts";
import { everything } from "../visibility.ts";
import { auditColumns } from "./shared.ts";

const annotations: Relation = {
  name: "annotations",
  types: {
    id: "int",
    start_dttm: "datetime",
    end_dttm: "datetime",
    short_descr: "str",
    long_descr: "str",
  },
  statement: ({ dialect }) =>
    sql`select a.layer_id as owner_id, a.id, a.start_dttm, a.end_dttm, a.short_descr, a.long_descr
          from annotation a where ${ofPage(dialect, "a.layer_id")} order by a.start_dttm, a.id`,
};

export const annotationLayers: Resource = {
  label: "annotation layer",
  plural: "annotation_layers",
  table: "annotation_layer",
  columns: {
    id: stored("annotation_layer", "id", "int", "Number of the layer", { sortable: true }),
    name: stored("annotation_layer", "name", "str", "Name of the layer", { sortable: true }),
    descr: stored("annotation_layer", "descr", "str", "What it marks"),
    ...auditColumns("annotation_layer"),
    annotations: related("What is marked, and when", annotations),
  },
  defaults: ["id", "name", "descr", "changed_on", "changed_on_humanized"],
  search: ["name", "descr"],
  order: { column: "changed_on", direction: "desc" },
  visible: everything,
  relationFilters: {},
  identifiers: [],
};
