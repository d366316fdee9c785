/**
 * Writes tags: the ones people gave, and those that Superset keeps by itself for each object's type,
 * owners and admirers (superset/tags/models.py 6.1: `type:chart`, `owner:1`, `favorited_by:1`).
 */
import type { DatabaseSync } from "node:sqlite";
import { chartId, CHARTS } from "./charts.ts";
import type { Calendar } from "./clock.ts";
import { DASHBOARDS } from "./dashboards.ts";
import { DATASETS } from "./datasets.ts";
import { FAVORITES, SAVED_QUERIES, TAGS } from "./extras.ts";
import { userId } from "./names.ts";
import { audit, dashboardId } from "./write_extras.ts";
import { insertRecords, insertRows } from "./writer.ts";

type ObjectType = "chart" | "dashboard" | "dataset" | "query";
type TagType = "custom" | "type" | "owner" | "favorited_by";

interface Tagged {
  readonly tag: string;
  readonly tagType: TagType;
  readonly objectType: ObjectType;
  readonly objectId: number;
}

export function writeTags(db: DatabaseSync, calendar: Calendar): void {
  const links = allLinks();
  const types = new Map<string, TagType>(Object.keys(TAGS).map((name) => [name, "custom"]));
  for (const link of links) types.set(link.tag, link.tagType);
  const ids = new Map([...types.keys()].map((name, index) => [name, index + 1]));
  const times = audit(calendar, "admin", 100);
  insertRecords(
    db,
    "tag",
    [...types].map(([name, type], index) => ({
      id: index + 1,
      name,
      type,
      description: TAGS[name] ?? null,
      ...times,
    })),
  );
  insertRows(
    db,
    "tagged_object",
    ["id", "tag_id", "object_id", "object_type", "created_on", "changed_on"],
    links.map((link, index) => [
      index + 1,
      ids.get(link.tag) ?? 0,
      link.objectId,
      link.objectType,
      times.created_on,
      times.changed_on,
    ]),
  );
}

function allLinks(): Tagged[] {
  const links: Tagged[] = [];
  const add = (
    objectType: ObjectType,
    objectId: number,
    owners: readonly string[],
    custom: readonly string[],
  ) => {
    links.push({ tag: `type:${objectType}`, tagType: "type", objectType, objectId });
    for (const owner of owners) {
      links.push({ tag: `owner:${userId(owner)}`, tagType: "owner", objectType, objectId });
    }
    for (const tag of custom) links.push({ tag, tagType: "custom", objectType, objectId });
  };
  CHARTS.forEach((chart, index) => add("chart", index + 1, chart.owners, chart.tags));
  DASHBOARDS.forEach((each, index) => add("dashboard", index + 1, each.owners, each.tags));
  DATASETS.forEach((dataset, index) => add("dataset", index + 1, dataset.owners, []));
  SAVED_QUERIES.forEach((query, index) => add("query", index + 1, [query.owner], []));
  for (const { username, kind, name } of FAVORITES) {
    links.push({
      tag: `favorited_by:${userId(username)}`,
      tagType: "favorited_by",
      objectType: kind === "slice" ? "chart" : "dashboard",
      objectId: kind === "slice" ? chartId(name) : dashboardId(name),
    });
  }
  return links;
}
