/**
 * A dashboard's layout: `position_json`, a map of nodes that name their children (Superset 6.1,
 * superset-frontend/src/dashboard/util/componentTypes.ts). A caller gets it without the charts they
 * may not see.
 */
import { numberOf } from "./decode.ts";
import type { Values } from "./resource.ts";

interface LayoutNode {
  readonly type: string;
  readonly children: readonly string[];
  readonly meta: Values;
}

/** A part of a dashboard as a reader sees it. */
export interface LayoutPart {
  readonly type: string;
  readonly id: string;
  readonly title?: string;
  readonly text?: string;
  readonly chart_id?: number;
  readonly width?: number;
  readonly children?: readonly LayoutPart[];
}

/** How deep a layout may nest; Superset's own editor allows about ten levels. */
const MAX_DEPTH = 32;

/** The layout without the charts that are not among `charts`. */
export function visibleLayout(
  layout: Record<string, unknown> | null,
  charts: ReadonlySet<number>,
): Record<string, unknown> | null {
  if (layout === null) return null;
  const hidden = new Set(
    Object.entries(layout).filter(([, node]) => isHidden(node, charts)).map(([id]) => id),
  );
  if (hidden.size === 0) return layout;
  const kept = Object.entries(layout)
    .filter(([id]) => !hidden.has(id))
    .map(([id, node]) => {
      const children = (node as Values | null)?.children;
      return Array.isArray(children)
        ? [id, { ...node as Values, children: children.filter((child) => !hidden.has(child)) }]
        : [id, node];
    });
  return Object.fromEntries(kept);
}

function isHidden(node: unknown, charts: ReadonlySet<number>): boolean {
  const { type, meta } = nodeOf(node);
  return (type === "CHART" || "chartId" in meta) && !charts.has(numberOf(meta.chartId));
}

/** What a node says, where it says it as it should: the text comes from imports and APIs as well. */
function nodeOf(value: unknown): LayoutNode {
  const { type, children, meta } = Object(value) as Values;
  return {
    type: typeof type === "string" ? type : "",
    children: Array.isArray(children) ? children.filter((child) => typeof child === "string") : [],
    meta: Object(meta) as Values,
  };
}

/** The layout as nested parts from its root, rows and columns included. */
export function layoutTree(layout: Record<string, unknown> | null): LayoutPart[] {
  if (layout === null) return [];
  const root = "ROOT_ID" in layout ? "ROOT_ID" : "GRID_ID";
  return childrenOf(layout, root, new Set([root]), 0);
}

function childrenOf(
  layout: Record<string, unknown>,
  id: string,
  seen: Set<string>,
  depth: number,
): LayoutPart[] {
  if (depth > MAX_DEPTH) return [];
  return nodeOf(layout[id]).children.flatMap((child) => {
    if (seen.has(child) || !Object.hasOwn(layout, child)) return [];
    seen.add(child);
    return [part(layout, child, seen, depth)];
  });
}

function part(
  layout: Record<string, unknown>,
  id: string,
  seen: Set<string>,
  depth: number,
): LayoutPart {
  const { type, meta } = nodeOf(layout[id]);
  const children = childrenOf(layout, id, seen, depth + 1);
  const title = meta.sliceNameOverride ?? meta.sliceName ?? meta.text ?? meta.defaultText;
  return {
    type: type.toLowerCase(),
    id,
    ...(typeof title === "string" && title !== "" ? { title } : {}),
    ...(typeof meta.code === "string" ? { text: meta.code } : {}),
    ...(type === "CHART" ? { chart_id: numberOf(meta.chartId) } : {}),
    ...(typeof meta.width === "number" ? { width: meta.width } : {}),
    ...(children.length > 0 ? { children } : {}),
  };
}
