/**
 * A dashboard's layout, written as rows of parts, and the `position_json` that Superset keeps for
 * it: a flat map of nodes which name their children and parents (version key v2).
 */
import { chartId, CHARTS } from "./charts.ts";
import { seededUuid, uuidText } from "./random.ts";

/** Width in twelfths of the grid, height in Superset's units of 8 pixels. */
export type Part =
  | {
    readonly chart: string;
    readonly width: number;
    readonly height: number;
    readonly title?: string;
  }
  | { readonly markdown: string; readonly width: number; readonly height: number }
  | { readonly column: readonly Part[]; readonly width: number };

export type Block = readonly Part[] | { readonly heading: string } | { readonly divider: true };

export interface Tab {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Either tabs, or blocks on the one grid. */
export type Layout = { readonly tabs: readonly Tab[] } | { readonly blocks: readonly Block[] };

export interface LayoutNode {
  readonly id: string;
  readonly type: string;
  readonly children?: readonly string[];
  readonly parents?: readonly string[];
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** The value of `position_json`, before it is text. */
export function positionOf(title: string, layout: Layout): Record<string, LayoutNode | string> {
  const nodes: LayoutNode[] = [];
  const number = numbering();
  const add = (
    type: string,
    parents: readonly string[],
    meta: LayoutNode["meta"],
    children: (parents: readonly string[]) => readonly string[] = () => [],
  ): string => {
    const id = number(type);
    nodes.push({ id, type, children: children([...parents, id]), parents, meta });
    return id;
  };
  const addPart = (part: Part, parents: readonly string[]): string => {
    if ("chart" in part) return add("CHART", parents, chartMeta(part));
    if ("markdown" in part) {
      const { markdown, width, height } = part;
      return add("MARKDOWN", parents, { code: markdown, width, height });
    }
    const meta = { background: "BACKGROUND_TRANSPARENT", width: part.width };
    return add(
      "COLUMN",
      parents,
      meta,
      (inside) => part.column.map((each) => addPart(each, inside)),
    );
  };
  const addBlock = (block: Block, parents: readonly string[]): string => {
    if ("heading" in block) {
      return add("HEADER", parents, {
        text: block.heading,
        headerSize: "MEDIUM_HEADER",
        background: "BACKGROUND_TRANSPARENT",
      });
    }
    if ("divider" in block) return add("DIVIDER", parents, {});
    const meta = { background: "BACKGROUND_TRANSPARENT" };
    return add("ROW", parents, meta, (inside) => block.map((part) => addPart(part, inside)));
  };
  const addBlocks = (blocks: readonly Block[], parents: readonly string[]) =>
    blocks.map((block) => addBlock(block, parents));

  const root = ["ROOT_ID"];
  const top = "tabs" in layout
    ? add(
      "TABS",
      root,
      {},
      (inside) =>
        layout.tabs.map((tab) =>
          add("TAB", inside, { text: tab.title, defaultText: "Tab title" }, (within) =>
            addBlocks(tab.blocks, within))
        ),
    )
    : "GRID_ID";
  const grid = "tabs" in layout ? [] : addBlocks(layout.blocks, [...root, "GRID_ID"]);
  return {
    DASHBOARD_VERSION_KEY: "v2",
    ROOT_ID: { id: "ROOT_ID", type: "ROOT", children: [top] },
    GRID_ID: { id: "GRID_ID", type: "GRID", children: grid, parents: root },
    HEADER_ID: { id: "HEADER_ID", type: "HEADER", meta: { text: title } },
    ...Object.fromEntries(nodes.map((node) => [node.id, node])),
  };
}

/** The names of the charts on it, in the order of the page. */
export function chartsOf(layout: Layout): string[] {
  const blocks = "tabs" in layout ? layout.tabs.flatMap((tab) => tab.blocks) : layout.blocks;
  const ofPart = (part: Part): string[] => {
    if ("chart" in part) return [part.chart];
    return "column" in part ? part.column.flatMap(ofPart) : [];
  };
  return blocks.flatMap((block) => Array.isArray(block) ? block.flatMap(ofPart) : []);
}

function chartMeta(part: { chart: string; width: number; height: number; title?: string }) {
  const id = chartId(part.chart);
  return {
    chartId: id,
    sliceName: CHARTS[id - 1]!.name,
    ...(part.title === undefined ? {} : { sliceNameOverride: part.title }),
    uuid: uuidText(seededUuid(`chart:${part.chart}`)),
    width: part.width,
    height: part.height,
  };
}

/** `ROW-1`, `ROW-2`, `CHART-1`, …: Superset asks of ids only that they differ. */
function numbering(): (type: string) => string {
  const counts = new Map<string, number>();
  return (type) => {
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return `${type}-${count}`;
  };
}
