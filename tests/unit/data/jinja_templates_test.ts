/** What templates of a session may name of other datasets. */
import assert from "node:assert/strict";
import type { Caller } from "../../../src/auth/caller.ts";
import type { Dao } from "../../../src/dao/dao.ts";
import type { BindingRule } from "../../../src/dao/bound_database.ts";
import { queryDialects } from "../../../src/data/dialects.ts";
import { jinjaTemplates } from "../../../src/data/jinja_templates.ts";
import type { Templates } from "../../../src/data/templates.ts";
import type { Dataset } from "../../../src/query/dataset.ts";
import { templateValues } from "../../../src/query/plan/template_values.ts";
import type { QueryObject } from "../../../src/query/query_object.ts";
import { DATASET, NOW } from "../query/jinja/support.ts";

const TABLE: Dataset = { ...DATASET, id: 5, tableName: "people", sql: null };
const VIRTUAL: Dataset = {
  ...DATASET,
  id: 6,
  sql: "SELECT country, day FROM trips WHERE kind = '{{ kind }}'" +
    "{% if filter_values('country') %} AND country IN {{ filter_values('country')|where_in }}{% endif %}",
  templateParams: { kind: "bus" },
};
const ELSEWHERE: Dataset = { ...TABLE, id: 7, databaseId: 2 };
const TELLING: Dataset = {
  ...{ ...TABLE, id: 8 },
  columns: [{ ...DATASET.columns[0]!, expression: "{{ current_user_rls_rules()|first }}" }],
};

interface Setting {
  readonly sql: string | null;
  readonly callersSql?: string;
  readonly query?: QueryObject;
  readonly rules?: readonly (readonly [datasetId: number, clause: string])[];
  readonly enabled?: boolean;
}

async function templatesOf({ sql, callersSql, query = {}, rules = [], enabled = true }: Setting) {
  const dataset = { ...DATASET, sql };
  const asked: number[] = [];
  const readable = new Map([TABLE, VIRTUAL, ELSEWHERE, TELLING].map((one) => [one.id, one]));
  const dao = {
    sources: {
      dataset: (_caller: Caller, id: number) => {
        asked.push(id);
        const dataset = readable.get(id);
        return Promise.resolve(dataset === undefined ? null : { dataset, bound: null });
      },
    },
  } as unknown as Dao;
  const caller = {
    user: { id: 7, username: "greg", email: "", firstName: "", lastName: "" },
    roles: [{ id: 1, name: "Gamma" }],
    permissions: new Set<string>(),
    attributes: { team: "blue" },
  } as unknown as Caller;
  const templates: Templates = await jinjaTemplates({ enabled, now: () => NOW.getTime() })({
    dao,
    caller,
    dataset,
    rules: rules.map(([id, clause]): BindingRule => ({
      id: 1,
      name: "rule",
      groupKey: null,
      clause,
      dataset: {
        id,
        catalog: null,
        schema: null,
        table: "t",
        virtual: id !== TELLING.id,
        templateParams: {},
      },
    })),
    query,
    values: templateValues(query, dataset, { now: NOW }),
    dialect: queryDialects()("postgresql"),
    callersSql,
  });
  return { templates, render: () => templates.render(sql ?? ""), asked };
}

Deno.test("a dataset stands in another's SQL as the query of its columns, without a limit of its own", async () => {
  const { render, asked } = await templatesOf({
    sql:
      "SELECT * FROM {{ dataset(5, columns=['country']) }} WHERE team = '{{ current_user.team }}'",
  });
  assert.equal(
    render().replace(/\s+/g, " "),
    'SELECT * FROM ( SELECT "country" AS "country" FROM "public"."people" ' +
      `LIMIT ${Number.MAX_SAFE_INTEGER} ) AS dataset_5 WHERE team = 'blue'`,
  );
  assert.deepEqual(asked, [5]);
});

Deno.test("a virtual one is rendered with its own parameters and the query's filters", async () => {
  const { render } = await templatesOf({
    sql: "SELECT * FROM {{ dataset(6) }}",
    query: { filters: [{ col: "country", op: "IN", val: ["U'S"] }] },
  });
  assert.match(render(), /kind = 'bus' AND country IN \('U''S'\)/);
});

for (const [what, id] of [["that the caller can't read", 9], ["of another database", 7]] as const) {
  Deno.test(`a dataset ${what} is not there`, async () => {
    const { render } = await templatesOf({ sql: `SELECT * FROM {{ dataset(${id}) }}` });
    assert.throws(render, {
      type: "invalid_argument",
      message: /no dataset \d that can be used here/,
    });
  });
}

Deno.test("a virtual dataset under a rule is refused inside of another, a table is left to the guard", async () => {
  const virtual = await templatesOf({
    sql: "SELECT * FROM {{ dataset(6) }}",
    rules: [[6, "a = 1"]],
  });
  assert.throws(virtual.render, { type: "forbidden_sql" });
  const table = await templatesOf({ sql: "SELECT * FROM {{ dataset(5) }}", rules: [[5, "a = 1"]] });
  assert.match(table.render(), /"people"/);
});

Deno.test("the clauses of a dataset's own rules are for its own SQL", async () => {
  const { render } = await templatesOf({
    sql: "SELECT * FROM t WHERE {{ current_user_rls_rules()|join(' AND ') }}",
    rules: [[DATASET.id, "b = 2"], [5, "c = 3"]],
  });
  assert.equal(render(), "SELECT * FROM t WHERE (b = 2)");
});

Deno.test("a rule with templates is rendered before it stands in a dataset's SQL; one of itself is refused", async () => {
  const sql = "SELECT * FROM t WHERE {{ current_user_rls_rules()|first }}";
  const { render } = await templatesOf({
    sql,
    rules: [[DATASET.id, "who = '{{ current_username() }}'"]],
  });
  assert.equal(render(), "SELECT * FROM t WHERE (who = 'greg')");
  const circle = await templatesOf({
    sql,
    rules: [[DATASET.id, "{{ current_user_rls_rules()|first }}"]],
  });
  assert.throws(circle.render, { type: "forbidden_sql" });
});

Deno.test("rules of another dataset stay out of its SQL inside of this one", async () => {
  const { render } = await templatesOf({
    sql: "SELECT * FROM {{ dataset(8) }}",
    rules: [[8, "a = 'SECRET'"]],
  });
  assert.throws(render, (fault: Error) => {
    assert.match(fault.message, /current_user_rls_rules can't be used here/);
    assert.doesNotMatch(JSON.stringify(fault), /SECRET/);
    return true;
  });
});

Deno.test("a rule that can't be read is not written into SQL, nor quoted", async () => {
  const { render } = await templatesOf({
    sql: "SELECT * FROM t WHERE {{ current_user_rls_rules()|first }}",
    rules: [[DATASET.id, "a = 'SECRET"]],
  });
  assert.throws(render, (fault: Error) => {
    assert.match(fault.message, /A row-level rule on this data can't be read/);
    assert.doesNotMatch(JSON.stringify(fault), /SECRET/);
    return true;
  });
});

Deno.test("a caller's own SQL is no dataset's: it can't use rules, and may name datasets", async () => {
  const callersSql = "SELECT '{{ current_user_rls_rules() }}' FROM {{ dataset(5) }}";
  const { templates, asked } = await templatesOf({ sql: null, callersSql });
  assert.deepEqual(asked, [5]);
  assert.throws(() => templates.render(callersSql), /current_user_rls_rules can't be used here/);
});

Deno.test("where templates are off nothing is read for them", async () => {
  const sql = "SELECT * FROM {{ dataset(5) }}";
  const { render, asked } = await templatesOf({ sql, enabled: false });
  assert.equal(render(), sql);
  assert.deepEqual(asked, []);
});

Deno.test("a query that names more datasets than are read for one is refused", async () => {
  const sql = Array.from({ length: 30 }, (_, at) => `{{ dataset(${at + 100}) }}`).join();
  await assert.rejects(templatesOf({ sql }), { type: "invalid_argument" });
});
