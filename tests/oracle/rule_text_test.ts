/**
 * Where a dataset's own SQL uses the rules on it (`current_user_rls_rules`), they narrow its rows,
 * and their text reaches nobody who may not read rules: not in shown SQL, in rows, in errors, nor
 * through a text of the caller's own.
 */
import assert from "node:assert/strict";
import { RULE_TEXTS, wordsIn } from "../support/canaries.ts";
import { withRecordedWorkspace, withWorkspaceService } from "../support/recorded_workspace.ts";
import { psql, unlessMissing } from "../support/workspace.ts";

const RULES = "current_user_rls_rules()";
/** On a virtual dataset of the sales, which the role Sales Analyst may read. */
const CLAUSE = "sales > 9000.125";
const DATASET = 23;
const CHART = 2;

const FORM = JSON.stringify({
  ...{ viz_type: "table", query_mode: "raw", all_columns: ["country", "sales"], row_limit: 5000 },
  datasource: `${DATASET}__table`,
});

/** Ways of its author to show a rule, each of which is refused to who may not read it. */
const TELLING = [
  `SELECT '{{ ${RULES}|join }}' AS country, 1 AS sales`,
  `SELECT 1 AS country, 2 AS sales -- {{ ${RULES}|join }}`,
  `SELECT {{ ${RULES}[0]|length }} AS country, 1 AS sales`,
  `SELECT country, sales FROM cleaned_sales_data WHERE {{ ${RULES}[0] }} {{ ${RULES}[0] }}`,
];

Deno.test({
  ...unlessMissing("values that a caller gives to templates of their own change no rule"),
  fn: () =>
    withRecordedWorkspace(async ({ metadata }) => {
      const change = (clause: string, params: string) =>
        psql(
          metadata,
          `UPDATE row_level_security_filters SET clause = '${
            clause.replaceAll("'", "''")
          }' WHERE id = 4;
           UPDATE tables SET template_params = '${params}' WHERE id = 17`,
        );
      await withWorkspaceService(metadata, async ({ as }) => {
        const sam = await as("sam_schema");
        const count = async (template_params: Record<string, unknown>) => {
          const sql = "SELECT count(*) AS n FROM birth_names";
          const { content } = await sam.call("execute_sql", {
            database_id: 1,
            sql,
            template_params,
          });
          return content.error_type ?? (content.rows as unknown[])[0];
        };
        await change("state = '{{ home }}'", '{"home": "CA"}');
        const own = await count({});
        for (const home of ["NY", "x' OR 1=1 OR state = '"]) {
          assert.deepEqual(await count({ home, current_username: home }), own);
        }
        await change("state = '{{ home }}'", "{}");
        assert.equal(await count({ home: "NY" }), "forbidden_sql");
        await change("{% if all is defined %}1 = 1{% else %}state = 'CA'{% endif %}", "{}");
        assert.deepEqual(await count({ all: true }), own);
      });
    }),
});

Deno.test({
  ...unlessMissing("a rule that a dataset's SQL uses narrows its rows, and is told to nobody"),
  fn: () =>
    withRecordedWorkspace(async ({ metadata }) => {
      const query = (sql: string) => psql(metadata, sql);
      await query(`
        INSERT INTO row_level_security_filters (id, name, filter_type, clause)
        VALUES (90, 'big orders', 'Regular', '${CLAUSE}');
        INSERT INTO rls_filter_tables (table_id, rls_filter_id) VALUES (${DATASET}, 90);
        INSERT INTO rls_filter_roles (role_id, rls_filter_id) VALUES (6, 90);
        UPDATE slices SET datasource_id = ${DATASET}, viz_type = 'table', query_context = NULL,
          params = '${FORM}', perm = (SELECT perm FROM tables WHERE id = ${DATASET})
        WHERE id = ${CHART}`);
      const write = (sql: string) =>
        query(`UPDATE tables SET sql = '${sql.replaceAll("'", "''")}' WHERE id = ${DATASET}`);
      await withWorkspaceService(metadata, async ({ as, service }) => {
        const [greg, admin] = await Promise.all([as("greg_sales"), as("admin")]);
        const ask = async (tool: string, args: Record<string, unknown>) => {
          const { content } = await greg.call(tool, args);
          const text = JSON.stringify(content);
          assert.deepEqual(wordsIn(text, [...RULE_TEXTS, CLAUSE, "9000"]), [], `${tool}: ${text}`);
          return content;
        };
        const from = "SELECT order_number, order_date, country, sales FROM cleaned_sales_data";
        await write(
          `${from} WHERE sales > 1{% for one in ${RULES} or [] %} AND {{ one }}{% endfor %}`,
        );
        const { queries } = await ask("get_chart_sql", { identifier: CHART });
        assert.match(JSON.stringify(queries), /row_level_rule\b.*big orders/);
        const { data } = await ask("get_chart_data", { identifier: CHART });
        const sales = (data as { sales: number }[]).map(({ sales }) => sales);
        assert.ok(sales.length > 0 && sales.every((amount) => amount > 9000.125));
        // Who may read rules sees them; none binds the admin.
        const open = await admin.call("get_chart_sql", { identifier: CHART });
        assert.equal(open.isError, false);

        for (const sql of TELLING) {
          await write(sql);
          const calls = [
            ["get_chart_sql", { identifier: CHART }],
            ["get_chart_data", { identifier: CHART }],
            ["query_dataset", { identifier: DATASET, columns: ["country"] }],
          ] as const;
          for (const [tool, args] of calls) {
            const { error_type } = await ask(tool, args);
            assert.ok(error_type === "invalid_argument" || error_type === "invalid_sql", sql);
          }
        }

        await write(from);
        const own = `SELECT '{{ ${RULES} }}' AS a`;
        const { error } = await ask("execute_sql", { database_id: 1, sql: own, dry_run: true });
        assert.match(String(error), /current_user_rls_rules can't be used here/);
        const column = { sqlExpression: `'{{ ${RULES} }}'`, label: "a" };
        const asked = await ask("query_dataset", { identifier: DATASET, columns: [column] });
        assert.match(String(asked.error), /current_user_rls_rules can't be used here/);
        const validated = await ask("validate_sql", { database_id: 1, sql: own });
        assert.equal(validated.error_type, "invalid_argument");
        assert.deepEqual(wordsIn(service.printed(), [CLAUSE, "9000.125"]), []);
      }, { MCP_LOG_LEVEL: "debug" });
    }),
});
