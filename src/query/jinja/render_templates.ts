/**
 * Renders the templates of one query: Jinja's language and Superset's names, read and evaluated here,
 * so that a template reaches nothing but the values it is given, in bounded time and space.
 */
import { ServiceError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import { Budget } from "./budget.ts";
import type { Evaluation } from "./evaluate.ts";
import { execute } from "./execute.ts";
import { functions } from "./functions.ts";
import { superset, type TemplateContext, type TemplateRecord } from "./macros.ts";
import { Scope } from "./scope.ts";
import { writeSql } from "./sql_writer.ts";
import { readTemplate } from "./statements.ts";
import { TemplateFault, TemplateTooLarge } from "./template_fault.ts";
import { strip } from "./texts.ts";
import { hidden, type Text } from "./values.ts";

export type { DatasetSqlOptions, TemplateCaller, TemplateContext } from "./macros.ts";

export interface TemplateOptions extends TemplateContext {
  /** `ENABLE_TEMPLATE_PROCESSING`. Off: text stays as it is, and a rule with Jinja in it is refused. */
  readonly enabled: boolean;
  readonly mayReadRules: boolean;
  /** Called where a text holds rules as they are, for a caller who may read them. */
  readonly onRulesTold?: () => void;
  /**
   * The clauses of the rules that bind the caller on the dataset, unrendered; for who may not read
   * rules, as the engine's grammar prints them. Null where no text may use them.
   */
  readonly ruleClauses: (() => readonly string[]) | null;
}

export interface RuleTemplate {
  readonly name: string;
  readonly clause: string;
  /** What the rule is on: its values, and not those of what is asked, are there for the rule. */
  readonly dataset: { readonly templateParams: Readonly<Record<string, unknown>> };
}

export interface RenderedTemplates {
  /**
   * Renders text of a dataset's, a metric's, a column's or a filter's.
   * @throws ServiceError `invalid_argument` with the line, `too_large` for a template without end
   */
  readonly render: (text: string) => string;
  /** The same for SQL that is only shown: with a mark in place of rules that the caller may not read. */
  readonly renderShown: (text: string) => string;
  /**
   * Renders a rule's clause. Stricter: what is undefined is an error, and outside of quotes values of
   * the caller may only be numbers.
   * @throws ServiceError `forbidden_sql`; the rule's name and the fault only to who may read rules
   */
  readonly renderRule: (rule: RuleTemplate) => string;
  /** Columns whose filters a template took over; filled by `render`. */
  readonly removedFilters: ReadonlySet<string>;
  /** Columns whose filters a template read. */
  readonly appliedFilters: ReadonlySet<string>;
  /** What templates read of the caller and the request, as Superset adds it to cache keys. */
  readonly cacheKeys: readonly unknown[];
}

/** Whether a text is more than itself to Jinja. */
export function usesJinja(text: string): boolean {
  return /\{[{%#]/.test(text);
}

/** @returns templates that share one budget, so that many texts can't do what one can't */
export function renderTemplates(options: TemplateOptions): RenderedTemplates {
  const record: TemplateRecord = {
    cacheKeys: [],
    appliedFilters: new Set(),
    removedFilters: new Set(),
  };
  const renderer = new Renderer(options, record);
  const render = (text: string, masked: boolean) =>
    options.enabled && usesJinja(text) ? told(() => renderer.render(text, masked), fault) : text;
  return {
    render: (text) => render(text, false),
    renderShown: (text) => render(text, true),
    renderRule(rule) {
      if (!usesJinja(rule.clause)) return rule.clause;
      const refuse = (thrown: TemplateFault) => ruleFault(rule.name, thrown, options.mayReadRules);
      if (!options.enabled) throw refuse(SWITCHED_OFF);
      return told(
        () => renderer.renderRule(rule),
        refuse,
        true,
      );
    },
    ...record,
  };
}

const SWITCHED_OFF = new TemplateFault(
  "It needs templates, which are off",
  null,
  "Switch ENABLE_TEMPLATE_PROCESSING on.",
);

class Renderer {
  readonly #options: TemplateOptions;
  readonly #record: TemplateRecord;
  readonly #budget = new Budget();
  readonly #ofDataset: ReadonlySet<string>;

  constructor(options: TemplateOptions, record: TemplateRecord) {
    this.#options = options;
    this.#record = record;
    const { sql, columns, metrics, fetchValuesPredicate } = options.dataset;
    this.#ofDataset = new Set([
      strip(sql ?? "", AROUND_STATEMENT, true, true),
      fetchValuesPredicate ?? "",
      ...columns.map(({ expression }) => expression ?? ""),
      ...metrics.map(({ expression }) => expression),
    ]);
  }

  render(text: string, masked: boolean): string {
    const { dataset } = this.#options;
    return this.#written(text, dataset, { isRule: false, masked });
  }

  renderRule({ clause, dataset: { templateParams } }: RuleTemplate): string {
    const dataset = { ...this.#options.dataset, templateParams };
    return this.#written(clause, dataset, { isRule: true, masked: false });
  }

  #written(
    text: string,
    dataset: Dataset,
    { isRule, masked }: { readonly isRule: boolean; readonly masked: boolean },
  ): string {
    const { dialect } = this.#options;
    const evaluation: Evaluation = {
      budget: this.#budget,
      literal: (value) => dialect.literal(value),
      strict: isRule,
    };
    const scope = this.#scope(evaluation, dataset, isRule || this.#ofDataset.has(text));
    const rendered = this.#run(text, scope, evaluation);
    return writeSql(rendered, { backend: dialect.name, words: !isRule, masked });
  }

  #run(text: string, scope: Scope, evaluation: Evaluation): string | Text {
    this.#budget.text(text.length);
    return execute(readTemplate(text), scope.inner(), evaluation);
  }

  #scope(evaluation: Evaluation, dataset: Dataset, isAuthors: boolean): Scope {
    const scope: Scope = new Scope([
      ...functions(this.#budget),
      ...superset({ ...this.#options, dataset }, this.#record, {
        renderMetric: (expression) =>
          this.#budget.nested(() => this.#run(expression, scope, evaluation)),
        ruleClauses: () => this.#ruleClauses(isAuthors),
      }),
    ]);
    return scope;
  }

  #ruleClauses(isAuthors: boolean): readonly (string | Text)[] {
    const { ruleClauses, mayReadRules } = this.#options;
    if (ruleClauses === null || !(isAuthors || mayReadRules)) {
      throw new TemplateFault(
        "current_user_rls_rules can't be used here",
        null,
        "Only a dataset's own SQL may know its rules.",
      );
    }
    const clauses = ruleClauses().toSorted();
    if (mayReadRules && clauses.length > 0) this.#options.onRulesTold?.();
    // In parentheses, so that what stands around it can't take it apart.
    return mayReadRules ? clauses : clauses.map((clause) => hidden(`(${clause})`));
  }
}

/** What a plan leaves out around a virtual dataset's SQL before it is rendered. */
const AROUND_STATEMENT = "\t\r\n; ";

/** Runs with faults of templates, or of whatever they ask for, told as errors of the service. */
function told<T>(run: () => T, tell: (fault: TemplateFault) => ServiceError, all = false): T {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof TemplateFault) throw tell(thrown);
    // The stack's end: lists inside of lists, or an expression of thousands of operators.
    if (thrown instanceof RangeError) throw tell(new TemplateTooLarge("It is nested too deep"));
    // It may quote what the rule says.
    if (all && thrown instanceof ServiceError) throw tell(new TemplateFault(thrown.message));
    throw thrown;
  }
}

function fault(thrown: TemplateFault): ServiceError {
  const { message, line, hint } = thrown;
  const at = line === null ? "" : ` in line ${line}`;
  return new ServiceError(
    thrown instanceof TemplateTooLarge ? "too_large" : "invalid_argument",
    `Cannot render the Jinja template${at}: ${message}.`,
    {
      hint: hint ?? "Correct the template, or ask the dataset's owner to.",
      ...(line === null ? {} : { details: { line } }),
    },
  );
}

function ruleFault(name: string, { message, hint }: TemplateFault, mayRead: boolean): ServiceError {
  if (!mayRead) {
    return new ServiceError("forbidden_sql", "A row-level rule on this data can't be applied.", {
      hint: "Nothing is shown until an administrator corrects the rule.",
    });
  }
  return new ServiceError("forbidden_sql", `The row-level rule '${name}' can't be rendered.`, {
    hint: `Correct its clause: ${message}.${hint === null ? "" : ` ${hint}`}`,
  });
}
