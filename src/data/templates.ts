/** Jinja as a session uses it, for one query of one caller. */
import type { Caller } from "../auth/caller.ts";
import type { Dao } from "../dao/dao.ts";
import type { BindingRule } from "../dao/query_sources.ts";
import { ServiceError } from "../errors.ts";
import type { Dataset } from "../query/dataset.ts";
import type { TemplateValues } from "../query/plan/template_values.ts";
import type { QueryObject } from "../query/query_object.ts";
import type { QueryDialect } from "./dialects.ts";

export interface Templates {
  /** Renders text of a dataset's, a metric's, a column's or a filter's. */
  readonly render: (text: string) => string;
  /**
   * Renders a rule's clause.
   * @throws ServiceError forbidden_sql for a rule that can't be rendered, also where templates are off
   */
  readonly renderRule: (rule: BindingRule) => string;
  /** Columns whose filters a template took over; filled by `render`. */
  readonly removedFilters: ReadonlySet<string>;
}

export type MakeTemplates = (context: {
  readonly dao: Dao;
  readonly caller: Caller;
  readonly dataset: Dataset;
  readonly query: QueryObject;
  readonly values: TemplateValues;
  readonly dialect: QueryDialect;
}) => Promise<Templates>;

/** Text as it is; a rule that needs Jinja refuses its query rather than be sent as text. */
export const withoutTemplates: MakeTemplates = () =>
  Promise.resolve({
    render: (text) => text,
    renderRule: ({ clause }) => {
      if (/\{[{%#]/.test(clause)) {
        throw new ServiceError(
          "forbidden_sql",
          "A row-level rule of this table can't be applied.",
          {
            hint: "It needs templates, which are off: switch ENABLE_TEMPLATE_PROCESSING on.",
          },
        );
      }
      return clause;
    },
    removedFilters: new Set<string>(),
  });
