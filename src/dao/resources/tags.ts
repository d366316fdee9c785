/** Tags (Superset 6.1, superset/tags/models.py), the automatic ones included. */
import { type Resource, stored } from "../resource.ts";
import { everything } from "../visibility.ts";
import { auditColumns } from "./shared.ts";

export const tags: Resource = {
  label: "tag",
  plural: "tags",
  table: "tag",
  columns: {
    id: stored("tag", "id", "int", "Number of the tag", { sortable: true }),
    name: stored("tag", "name", "str", "Name of the tag", { sortable: true }),
    type: stored("tag", "type", "str", "custom, or an automatic kind: type, owner, favorited_by"),
    description: stored("tag", "description", "str", "What it is for"),
    ...auditColumns("tag"),
  },
  defaults: ["id", "name", "type", "description", "changed_on", "changed_on_humanized"],
  search: ["name", "description"],
  order: { column: "name", direction: "asc" },
  visible: everything,
  relationFilters: {},
  identifiers: [],
};
