/** The demo's dashboards: what is on them, who owns them, who sees them, and their filters. */
import { chartId } from "./charts.ts";
import { chartsOf, type Layout } from "./layout.ts";
import { datasetId } from "./names.ts";

export interface DemoFilter {
  readonly name: string;
  readonly type: "filter_select" | "filter_time" | "filter_range" | "filter_timegrain";
  /** Null for the time range, which aims at each chart's own time column. */
  readonly target: { readonly dataset: string; readonly column?: string } | null;
  readonly multiple?: boolean;
}

export interface DemoDashboard {
  readonly title: string;
  readonly slug: string;
  readonly description: string;
  readonly published: boolean;
  readonly owners: readonly string[];
  /** With any, the dashboard is seen through roles and through nothing else. */
  readonly roles: readonly string[];
  readonly certifiedBy: string | null;
  readonly tags: readonly string[];
  readonly age: number;
  readonly filters: readonly DemoFilter[];
  readonly layout: Layout;
}

const TIME: DemoFilter = { name: "Time range", type: "filter_time", target: null };

export const DASHBOARDS: readonly DemoDashboard[] = [
  {
    title: "Company overview",
    slug: "company-overview",
    description: "Revenue, channels, regions and products at a glance.",
    published: true,
    owners: ["demo", "admin"],
    roles: [],
    certifiedBy: "Data team",
    tags: ["headline"],
    age: 4,
    filters: [
      TIME,
      {
        name: "Region",
        type: "filter_select",
        target: { dataset: "orders", column: "region" },
        multiple: true,
      },
      {
        name: "Channel",
        type: "filter_select",
        target: { dataset: "orders", column: "channel" },
        multiple: true,
      },
    ],
    layout: {
      tabs: [
        {
          title: "At a glance",
          blocks: [
            [
              {
                column: [
                  { chart: "Revenue, last 30 days", width: 4, height: 24, title: "Last 30 days" },
                  { chart: "Revenue trend", width: 4, height: 30 },
                ],
                width: 4,
              },
              { chart: "Orders by channel", width: 4, height: 54 },
              {
                markdown:
                  "## Lindgrove Coffee Roasters\n\nEight shops, a web shop and a wholesale trade. " +
                  "Money is in euros, after discounts. Questions: the data team.",
                width: 4,
                height: 54,
              },
            ],
            [{ chart: "Revenue by channel over time", width: 12, height: 50 }],
          ],
        },
        {
          title: "Regions and products",
          blocks: [
            { heading: "Regions" },
            [
              { chart: "Weekly revenue by region", width: 8, height: 50 },
              { chart: "Where revenue comes from", width: 4, height: 50 },
            ],
            { divider: true },
            { heading: "Products" },
            [
              { chart: "Best-selling products", width: 6, height: 60 },
              { chart: "Revenue by category and product", width: 6, height: 60 },
            ],
            [
              { chart: "Category by region", width: 6, height: 45 },
              { chart: "Price, margin and volume", width: 6, height: 45 },
            ],
          ],
        },
      ],
    },
  },
  {
    title: "Shop performance",
    slug: "shops",
    description: "The eight shops: takings, busy hours, order values.",
    published: true,
    owners: ["nora", "stefan"],
    roles: [],
    certifiedBy: null,
    tags: ["shops"],
    age: 11,
    filters: [
      TIME,
      {
        name: "Shop",
        type: "filter_select",
        target: { dataset: "orders", column: "shop_name" },
        multiple: false,
      },
      {
        name: "Order value",
        type: "filter_range",
        target: { dataset: "orders", column: "revenue" },
      },
    ],
    layout: {
      blocks: [
        { heading: "Takings" },
        [
          { chart: "Revenue by shop", width: 6, height: 50 },
          { chart: "When people buy", width: 6, height: 50 },
        ],
        [
          { chart: "Spread of order values by region", width: 6, height: 45 },
          { chart: "Sales by day", width: 6, height: 45 },
        ],
        [{ chart: "Newest orders", width: 12, height: 50 }],
      ],
    },
  },
  {
    title: "Web shop and service",
    slug: "web-shop",
    description: "From the visit to the order, and what customers write to us about.",
    published: true,
    owners: ["greta"],
    roles: [],
    certifiedBy: null,
    tags: ["web", "service"],
    age: 8,
    filters: [
      TIME,
      {
        name: "Source",
        type: "filter_select",
        target: { dataset: "web_visits", column: "source" },
        multiple: true,
      },
      { name: "Time grain", type: "filter_timegrain", target: { dataset: "web_visits" } },
    ],
    layout: {
      tabs: [
        {
          title: "Web shop",
          blocks: [
            [
              { chart: "From visit to order", width: 5, height: 50 },
              { chart: "From source to furthest step", width: 7, height: 50 },
            ],
            [
              { chart: "Conversion by source", width: 8, height: 45 },
              { chart: "Visits by device", width: 4, height: 45 },
            ],
            [{ chart: "Order values of the web shop", width: 12, height: 40 }],
          ],
        },
        {
          title: "Service",
          blocks: [
            [
              { chart: "Open tickets", width: 3, height: 40 },
              { chart: "What people write about", width: 4, height: 40 },
              { chart: "Tickets by month and priority", width: 5, height: 40 },
            ],
          ],
        },
      ],
    },
  },
  {
    title: "Board pack",
    slug: "board-pack",
    description: "The monthly figures for the board; seen through roles, not through datasets.",
    published: true,
    owners: ["fiona"],
    roles: ["Board", "Alpha", "Finance"],
    certifiedBy: "Finance",
    tags: ["profit"],
    age: 15,
    filters: [TIME],
    layout: {
      blocks: [
        [
          {
            markdown:
              "### Figures of the month\n\nClosed on the fifth working day, checked by finance.",
            width: 3,
            height: 50,
          },
          { chart: "Revenue and margin share", width: 9, height: 50 },
        ],
        [
          { chart: "Margin, quarter by quarter", width: 6, height: 45 },
          { chart: "Wages over revenue", width: 6, height: 45 },
        ],
      ],
    },
  },
  {
    title: "Pricing experiments",
    slug: "pricing",
    description: "A draft of finance, not for decisions yet.",
    published: false,
    owners: ["fiona"],
    roles: [],
    certifiedBy: null,
    tags: [],
    age: 1,
    filters: [],
    layout: { blocks: [[{ chart: "Price test: single origins", width: 12, height: 50 }]] },
  },
];

/** The value of `json_metadata`, before it is text. */
export function metadataOf(dashboard: DemoDashboard): Record<string, unknown> {
  const chartsInScope = chartsOf(dashboard.layout).map(chartId);
  const scope = { rootPath: ["ROOT_ID"], excluded: [] };
  return {
    chart_configuration: {},
    global_chart_configuration: { scope, chartsInScope },
    native_filter_configuration: dashboard.filters.map((filter) => ({
      id: `NATIVE_FILTER-${dashboard.slug}-${filter.name.toLowerCase().replaceAll(" ", "-")}`,
      name: filter.name,
      type: "NATIVE_FILTER",
      filterType: filter.type,
      targets: [targetOf(filter)],
      scope,
      chartsInScope,
      cascadeParentIds: [],
      controlValues: {
        enableEmptyFilter: false,
        ...(filter.multiple === undefined ? {} : { multiSelect: filter.multiple }),
      },
      defaultDataMask: { extraFormData: {}, filterState: {}, ownState: {} },
      description: "",
    })),
    color_scheme: "supersetColors",
    cross_filters_enabled: true,
    expanded_slices: {},
    label_colors: {},
    refresh_frequency: 0,
    shared_label_colors: [],
    timed_refresh_immune_slices: [],
  };
}

function targetOf({ target }: DemoFilter): Record<string, unknown> {
  if (target === null) return {};
  const datasetTarget = { datasetId: datasetId(target.dataset) };
  return target.column === undefined
    ? datasetTarget
    : { ...datasetTarget, column: { name: target.column } };
}
