/** A dataset and a caller for templates, with what a test says of them. */
import type { Dataset } from "../../../../src/query/dataset.ts";
import {
  type RenderedTemplates,
  renderTemplates,
  type TemplateOptions,
} from "../../../../src/query/jinja/render_templates.ts";
import { templateValues } from "../../../../src/query/plan/template_values.ts";
import type { QueryObject } from "../../../../src/query/query_object.ts";
import { POSTGRESQL } from "../../../../src/query/sql/postgresql/dialect.ts";

export const NOW = new Date("2026-11-24T10:00:00Z");

export const DATASET: Dataset = {
  id: 23,
  uuid: "9a6d5a1e-0000-4000-8000-000000000023",
  databaseId: 1,
  tableName: "orders",
  schema: "public",
  catalog: null,
  sql: "SELECT * FROM sales WHERE deal = '{{ deal }}'",
  mainDttmCol: "day",
  alwaysFilterMainDttm: false,
  normalizeColumns: false,
  fetchValuesPredicate: null,
  offset: 0,
  cacheTimeout: null,
  templateParams: { deal: "Large" },
  changedOn: null,
  columns: [column("country", "VARCHAR"), { ...column("day", "TIMESTAMP"), is_dttm: true }],
  metrics: [
    { metric_name: "revenue", verbose_name: null, expression: "SUM(sales)" },
    {
      metric_name: "mine",
      verbose_name: null,
      expression: "SUM(sales) FILTER (WHERE u = '{{ current_username() }}')",
    },
  ],
};

function column(column_name: string, type: string): Dataset["columns"][number] {
  return {
    column_name,
    type,
    verbose_name: null,
    is_dttm: false,
    groupby: true,
    filterable: true,
    expression: null,
    python_date_format: null,
  };
}

export interface Asked extends Partial<Omit<TemplateOptions, "query" | "values">> {
  readonly query?: QueryObject;
}

export function templates({ query = {}, ...options }: Asked = {}): RenderedTemplates {
  const dataset = options.dataset ?? DATASET;
  return renderTemplates({
    enabled: true,
    mayReadRules: false,
    ruleClauses: () => [],
    caller: {
      id: 7,
      username: "greg",
      email: "greg@example.org",
      roles: ["Sales", "Gamma"],
      attributes: { department: "Wholesale", region: ["EU", "US"] },
    },
    dialect: POSTGRESQL,
    now: NOW,
    ...options,
    dataset,
    query,
    values: templateValues(query, dataset, { now: NOW }),
  });
}

export function render(text: string, asked: Asked = {}): string {
  return templates(asked).render(text);
}
