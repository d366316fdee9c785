/** Jinja as a session uses it, for one query of one caller. */
import type { Caller } from "../auth/caller.ts";
import type { Dao } from "../dao/dao.ts";
import type { BindingRule } from "../dao/bound_database.ts";
import type { Dataset } from "../query/dataset.ts";
import type { TemplateValues } from "../query/plan/template_values.ts";
import type { QueryObject } from "../query/query_object.ts";
import type { QueryDialect } from "./dialects.ts";

export interface Templates {
  /** Renders text of a dataset's, a metric's, a column's or a filter's. */
  readonly render: (text: string) => string;
  /** The same for SQL that is only shown: with a mark in place of rules that the caller may not read. */
  readonly renderShown: (text: string) => string;
  /**
   * Renders a rule's clause.
   * @throws ServiceError forbidden_sql for a rule that can't be rendered, also where templates are off
   */
  readonly renderRule: (rule: BindingRule) => string;
  /** True once a text was rendered that holds rules as they are: not everyone may read it then. */
  readonly toldRules: boolean;
  /** Columns whose filters a template took over; filled by `render`. */
  readonly removedFilters: ReadonlySet<string>;
}

export type MakeTemplates = (context: {
  readonly dao: Dao;
  readonly caller: Caller;
  readonly dataset: Dataset;
  /** What binds the caller in the dataset's database. */
  readonly rules: readonly BindingRule[];
  readonly query: QueryObject;
  readonly values: TemplateValues;
  readonly dialect: QueryDialect;
  /** SQL of the caller's own, where no dataset is asked. */
  readonly callersSql?: string;
}) => Promise<Templates>;
