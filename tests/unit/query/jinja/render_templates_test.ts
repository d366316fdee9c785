import assert from "node:assert/strict";
import { namedDatasets } from "../../../../src/query/jinja/named_datasets.ts";
import { usesJinja } from "../../../../src/query/jinja/render_templates.ts";
import type { QueryFilter } from "../../../../src/query/query_object.ts";
import { type Asked, DATASET, render, templates } from "./support.ts";

const FILTERS: readonly QueryFilter[] = [
  { col: "country", op: "in", val: ["USA", "Côte d'Ivoire"] },
  { col: "country", op: "==", val: "France" },
  { col: "status", op: "IN", val: "Shipped" },
  { col: "empty", op: "IN", val: [] },
  { col: "year", op: ">=", val: 2004 },
  { col: "gone", op: "IS NULL" },
  { col: "day", op: "TEMPORAL_RANGE", val: "2024-01-01 : 2024-02-01" },
];

const CASES: readonly (readonly [string, string, Asked?])[] = [
  ["{{ current_user_id() }}", "7"],
  ["'{{ current_username() }}'", "'greg'"],
  ["'{{ current_user_email() }}'", "'greg@example.org'"],
  ["{{ current_user_roles()|where_in }}", "('Gamma', 'Sales')"],
  ["{% if 'Sales' in current_user_roles() %}1{% else %}0{% endif %}", "1"],
  ["'{{ current_user.department }}'", "'Wholesale'"],
  ["{{ current_user.region|where_in }}", "('EU', 'US')"],
  ["'{{ deal }}'", "'Large'"],
  ["{{ filter_values('country')|where_in }}", "('USA', 'Côte d''Ivoire', 'France')"],
  ["{{ filter_values('status') }}", "['Shipped']"],
  ["{{ filter_values('nothing') }}", "[]"],
  ["{{ filter_values('nothing', 'x')|where_in }}", "('x')"],
  ["{{ filter_values('empty', 'x')|where_in }}", "('x')"],
  ["{{ filter_values('year')[0] + 1 }}", "2005"],
  ["{% for f in get_filters('gone') %}{{ f.op }}{% endfor %}", "IS NULL"],
  ["{% for f in get_filters('year') %}{{ f.get('op') }} {{ f['val'] }}{% endfor %}", ">= 2004"],
  [
    "({{ \"'\" + \"','\".join(filter_values('country')) + \"'\" }})",
    "('USA','Côte d''Ivoire','France')",
  ],
  ["{{ []|where_in }}", "()"],
  ["{{ []|where_in(default_to_none=True) }}", "None"],
  ["{{ [1, 'a', True, None]|where_in }}", "(1, 'a', TRUE, NULL)"],
  ["{{ 'x' if from_dttm }}{{ from_dttm }}", "None"],
  [
    "'{{ from_dttm }}' '{{ to_dttm[:10] }}'",
    "'2024-01-01T00:00:00' '2024-02-01'",
  ],
  ["{{ table_columns|join(', ') }}", "country, day"],
  ["{{ columns|join(', ') }}", "country", { query: { columns: ["country"], filters: FILTERS } }],
  ["{{ row_limit }}", "50000"],
  ["{{ time_column }}", "None"],
  ["{{ metric('revenue') }}", "SUM(sales)"],
  ["{{ metric('mine') }}", "SUM(sales) FILTER (WHERE u = 'greg')"],
  ["{{ url_param('a', 'none') }}", "none"],
  ["'{{ url_param('city') }}'", "'Côte d''Azur'"],
  ["{{ get_time_filter('day').time_range == '2024-01-01 : 2024-02-01' }}", "True"],
  [
    "{{ get_time_filter('day').from_expr }}",
    "TO_TIMESTAMP('2024-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')",
  ],
  [
    "{{ get_time_filter('day', target_type='DATE').to_expr }}",
    "TO_DATE('2024-02-01', 'YYYY-MM-DD')",
  ],
  ["{{ get_time_filter('day', strftime='%d.%m.%Y').to_expr }}", "01.02.2024"],
  ["{{ get_time_filter('other', default='2023-01-01 : ').from_expr }}", "None"],
  ["{{ get_time_filter('other').time_range }}", "No filter"],
  ["{{ nowhere }}", "{{ nowhere }}"],
  ["{{ who }}", "ops", { operatorValues: { who: "ops" } }],
  ["{{ current_user_rls_rules()|join(' AND ') }}", "a = 1 AND b = 2", {
    mayReadRules: true,
    ruleClauses: () => ["b = 2", "a = 1"],
  }],
];

for (const [template, text, asked] of CASES) {
  Deno.test(`renders ${template} as Superset does`, () => {
    const query = {
      filters: FILTERS,
      time_range: "2024-01-01 : 2024-02-01",
      url_params: { city: "Côte d'Azur" },
    };
    const isTimed = /_dttm \}\}'|_dttm\[/.test(template);
    const { time_range: _, ...untimed } = query;
    const found = render(template, {
      query: isTimed ? query : {
        ...untimed,
        filters: FILTERS.filter(({ col }) => col !== "day" || template.includes("day")),
      },
      ...asked,
    });
    assert.equal(found, text);
  });
}

Deno.test("records what templates read and take over", () => {
  const rendered = templates({ query: { filters: FILTERS, url_params: { city: "Nice" } } });
  rendered.render("{{ filter_values('country', remove_filter=True)|where_in }}");
  rendered.render("{{ filter_values('status')|length }}{{ filter_values('nothing')|length }}");
  rendered.render("'{{ current_username() }}{{ current_user_id(add_to_cache_keys=false) }}'");
  rendered.render("'{{ url_param('city') }}{{ cache_key_wrapper('mine') }}'");
  rendered.render("{% if get_time_filter('day', remove_filter=True).from_expr %}1{% endif %}");
  assert.deepEqual([...rendered.removedFilters], ["country", "day"]);
  assert.deepEqual([...rendered.appliedFilters], ["country", "status", "day"]);
  assert.deepEqual(rendered.cacheKeys, ["greg", "Nice", "mine"]);
});

/** A rule on a dataset that gives its templates `region`. */
function ruleOf(clause: string, name = "r") {
  return { name, clause, dataset: { templateParams: { region: "north" } } };
}

Deno.test("a rule knows the values of the dataset it is on, and not those of what is asked", () => {
  const rendered = templates({
    dataset: { ...DATASET, templateParams: { deal: "x' OR 1=1 --", region: "' OR 1=1 --" } },
  });
  assert.equal(rendered.renderRule(ruleOf("a = '{{ region }}'")), "a = 'north'");
  assert.equal(rendered.renderRule(ruleOf("{{ 1 if deal is defined else 2 }} = a")), "2 = a");
  assert.throws(() => rendered.renderRule(ruleOf("a = '{{ deal }}'")), { type: "forbidden_sql" });
  assert.equal(rendered.render("'{{ deal }}'"), "'x' OR 1=1 --'");
});

Deno.test("a rule that reads an absent claim is refused, and says so only to who may read rules", () => {
  const rule = ruleOf("unit = '{{ current_user.unit }}'", "own department");
  assert.throws(
    () => templates().renderRule(rule),
    (thrown: Error & { type?: string; hint?: string }) =>
      thrown.type === "forbidden_sql" && !/unit|own department/.test(thrown.message + thrown.hint),
  );
  assert.throws(
    () => templates({ mayReadRules: true }).renderRule(rule),
    { type: "forbidden_sql", message: "The row-level rule 'own department' can't be rendered." },
  );
});

Deno.test("an absent claim is an error in any other text, too", () => {
  assert.throws(() => render("{{ current_user.unit }}"), /has no claim 'unit'/);
  assert.throws(() => render("{{ current_user.unit or 'all' }}"), /has no claim 'unit'/);
});

for (
  const clause of [
    "a = {{ nowhere }}",
    "{% if nowhere %}a = 1{% endif %}",
    "a = '{{ nowhere ~ 1 }}'",
    "{% for x in nowhere %}{% endfor %}a = 1",
    "a = {{ nowhere",
    "a = {{ url_param('org') }}",
    "a = {{ get_time_filter(default='the day after never').from_expr }}",
  ]
) {
  Deno.test(`the rule ${clause} is refused rather than widened`, () => {
    const rendered = templates({ query: { url_params: { org: "a" } } });
    assert.throws(() => rendered.renderRule(ruleOf(clause)), {
      type: "forbidden_sql",
      message: "A row-level rule on this data can't be applied.",
    });
  });
}

Deno.test("a rule may ask whether something is defined, and use numbers without quotes", () => {
  const rendered = templates({ query: { url_params: { org: "12" } } });
  const clause = "{% if nowhere is defined %}a{% else %}b{% endif %} = {{ url_param('org') }}";
  assert.equal(rendered.renderRule(ruleOf(clause)), "b = 12");
});

Deno.test("where templates are off, text stays as it is and a rule with Jinja is refused", () => {
  const rendered = templates({ enabled: false, mayReadRules: true });
  assert.equal(rendered.render("SELECT '{{ deal }}'"), "SELECT '{{ deal }}'");
  assert.equal(rendered.renderRule(ruleOf("a = 1")), "a = 1");
  assert.throws(() => rendered.renderRule(ruleOf("a = '{{ deal }}'")), {
    type: "forbidden_sql",
    hint: /ENABLE_TEMPLATE_PROCESSING/,
  });
});

Deno.test("a fault names its line", () => {
  assert.throws(() => render("SELECT 1,\n  {{ 1 / 0 }}"), {
    type: "invalid_argument",
    message: "Cannot render the Jinja template in line 2: Cannot divide by zero.",
    details: { line: 2 },
  });
  assert.throws(() => render("a\n\n{% for x %}"), { message: /in line 3: .*expected 'in'/ });
});

Deno.test("a text of a caller's own can't read the rules; a dataset's can", () => {
  const sql = "SELECT * FROM t WHERE {{ current_user_rls_rules()|join(' AND ') }}";
  const asked: Asked = { dataset: { ...DATASET, sql }, ruleClauses: () => ["a = 1"] };
  assert.equal(render(sql, asked), "SELECT * FROM t WHERE (a = 1)");
  assert.throws(() => render("'{{ current_user_rls_rules()|join }}'", asked), /can't be used here/);
});

/** Rules in a dataset's own SQL, as one sees them who may not read rules. */
function withRules(sql: string, mayReadRules = false) {
  const asked = { dataset: { ...DATASET, sql }, ruleClauses: () => ["a = 'x'", "b"], mayReadRules };
  return templates(asked);
}

for (
  const text of [
    "SELECT '{{ current_user_rls_rules() }}'",
    "SELECT '{{ current_user_rls_rules()|join }}'",
    'SELECT 1 AS "{{ current_user_rls_rules()|first }}"',
    "SELECT $x${{ current_user_rls_rules()|first }}$x$",
    "SELECT 1 -- {{ current_user_rls_rules()|first }}",
    "SELECT {{ current_user_rls_rules() }}",
    "SELECT {{ current_user_rls_rules()|where_in }}",
    "SELECT {{ current_user_rls_rules()|tojson }}",
    "SELECT {{ (current_user_rls_rules()|join)|length }}",
    "SELECT {{ (current_user_rls_rules()|join)[:3] }}",
    "SELECT {{ (current_user_rls_rules()|join)[0] }}",
    "SELECT {{ (current_user_rls_rules()|join)|replace('a', 'b') }}",
    "SELECT {{ current_user_rls_rules()[0].upper() }}",
    "SELECT {{ '%s' % current_user_rls_rules()[0]|upper }}",
    "SELECT {{ '{}'.format(current_user_rls_rules()[0])|reverse }}",
    "SELECT {{ 1 if 'x' in current_user_rls_rules()[0] else 2 }}",
    "SELECT {{ 1 if current_user_rls_rules()[0] == \"(a = 'x')\" else 2 }}",
    "SELECT {{ 1 if current_user_rls_rules()[0] < 'b' else 2 }}",
    "SELECT {{ 1 if current_user_rls_rules()[0] is lower else 2 }}",
    "SELECT {{ {'k': 1}[current_user_rls_rules()[0]] }}",
    "SELECT {{ metric(current_user_rls_rules()[0]) }}",
    "SELECT {% for l in current_user_rls_rules()[0] %}{{ loop.index }}{% endfor %}",
    "{% set r %}{{ current_user_rls_rules()[0] }}{% endset %}SELECT {{ r|length }}",
  ]
) {
  Deno.test(`who may not read rules sees none through ${text}`, () => {
    assert.throws(
      () => withRules(text).render(text),
      (fault: Error) => !/a = |can't be used here/.test(JSON.stringify(fault) + fault.message),
    );
  });
}

Deno.test("a rule stands in a dataset's SQL as a condition, and where that is shown as a mark", () => {
  const sql = "SELECT * FROM t{% set r = current_user_rls_rules() %}{% if r %} WHERE " +
    "{% for one in r %}{{ one }}{% if not loop.last %} AND {% endif %}{% endfor %}{% endif %}";
  const restricted = withRules(sql);
  assert.equal(restricted.render(sql), "SELECT * FROM t WHERE (a = 'x') AND (b)");
  assert.equal(
    restricted.renderShown(sql),
    "SELECT * FROM t WHERE (row_level_rule) AND (row_level_rule)",
  );
  const reader = withRules(sql, true);
  assert.equal(reader.render(sql), "SELECT * FROM t WHERE a = 'x' AND b");
  assert.equal(reader.renderShown(sql), reader.render(sql));
});

Deno.test("other datasets are those that were found for the caller", () => {
  const asked: Asked = {
    datasetSql: (id, options) => id === 5 ? `SELECT ${options.columns ?? "*"} FROM five` : null,
    findDataset: (id) => id === 5 ? { ...DATASET, id: 5 } : null,
  };
  assert.equal(
    render("FROM {{ dataset(5) }}", asked),
    "FROM (\nSELECT * FROM five\n) AS dataset_5",
  );
  assert.match(render("{{ dataset(5, columns=['a','b']) }}", asked), /SELECT a,b FROM/);
  assert.equal(render("{{ metric('revenue', 5) }}", asked), "SUM(sales)");
  assert.throws(() => render("{{ dataset(6) }}", asked), /no dataset 6 that can be used here/);
  assert.throws(() => render("{{ metric('revenue', 6) }}", asked), /no dataset 6/);
  assert.throws(() => render("{{ metric('costs') }}", asked), /no metric 'costs'/);
});

Deno.test("finds the datasets that templates name", () => {
  const texts = [
    "SELECT * FROM {{ dataset(5) }} JOIN {{ dataset(dataset_id=6) }} USING (id)",
    "{% if metric('a', 7) %}{{ metric('b') }}{{ dataset(1 + 2) }}{% endif %}",
    "{{ broken dataset(9)",
    "dataset(8)",
  ];
  assert.deepEqual(namedDatasets(texts), [5, 6, 7]);
});

for (
  const [text, expected] of [["a {{ b }}", true], ["{% if a %}", true], ["{# a #}", true], [
    "a { b } { { c",
    false,
  ]] as const
) {
  Deno.test(`${JSON.stringify(text)} ${expected ? "uses" : "does not use"} Jinja`, () => {
    assert.equal(usesJinja(text), expected);
  });
}

Deno.test("it is told when a text holds rules as they are, and not when there is none to hold", () => {
  let told = 0;
  const onRulesTold = () => void (told += 1);
  const text = "{{ (current_user_rls_rules() or [])|join(' AND ') }}";
  templates({ mayReadRules: true, ruleClauses: () => [], onRulesTold }).render(text);
  assert.equal(told, 0);
  templates({ mayReadRules: true, ruleClauses: () => ["a = 1"], onRulesTold }).render(text);
  assert.equal(told, 1);
});
