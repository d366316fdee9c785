import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { sqliteParser } from "../../../../src/query/sql/sqlite/parser.ts";

const COLUMNS = new Map([["shops", "id"], ["orders", "shop_id"], ["large", "total"], [
  "bare",
  "k",
]]);

const SCHEMA = `
  create table shops (id integer, name text);
  insert into shops values (1, 'North'), (2, 'South'), (3, null);
  create table orders (shop_id integer, total real);
  insert into orders values (1, 10), (1, 20), (2, 5), (9, 1);
  create table bare (k text primary key, v integer) without rowid;
  insert into bare values ('a', 1), ('b', 2);
  create table newer (name text);
  insert into newer values ('new');
  create view large as select total, shop_id from orders where total > 5;`;

/** A database whose alive function fails on the call with this number. */
function database(failsAt = Infinity) {
  const made = new DatabaseSync(":memory:");
  let calls = 0;
  made.exec(SCHEMA);
  made.function("superset_mcp_alive", { varargs: true }, () => {
    if (++calls >= failsAt) throw new Error("stopped");
    return 1;
  });
  made.function("superset_mcp_passed", { useBigIntArguments: true }, (value) => {
    if (++calls >= failsAt) throw new Error("stopped");
    if (typeof value === "string" && value.length > 1000) throw new Error("too long");
    return value;
  });
  return made;
}

async function stoppable(sql: string): Promise<string> {
  return (await sqliteParser()).statement(sql).stoppable!(COLUMNS);
}

/** Each answers the same with the calls in it, names of columns and order included. */
const SAME = [
  "select 1",
  "select 1 + 1, 'a', upper('b')",
  "select * from shops",
  "select count(*), max(name) from shops",
  "select name n, (select max(total) from orders where shop_id = id) from shops",
  "select id from shops where id > 1 or name = 'North' order by id desc limit 1",
  "select * from shops, orders where id = shop_id",
  "select * from shops s join orders o on s.id = o.shop_id or o.total = 1",
  "select s.*, o.total from shops s left join orders o on s.id = o.shop_id and o.total > 5",
  "select s.name, o.total from orders o left join shops s on s.id = o.shop_id where s.id is null",
  "select * from shops right join orders on id = shop_id",
  "select * from shops full join orders on id = shop_id",
  "select * from shops cross join bare",
  "select * from shops join (select shop_id as id, sum(total) from orders group by 1) using (id)",
  "select * from shops natural join (select shop_id as id, sum(total) as t from orders group by 1)",
  "select * from (select max(total) from orders), (select 1 + 1 union all select 3)",
  "select * from (values (1, 2), (3, 4)) v, shops",
  "with a as (select id from shops), b(x) as (select id + 1 from a) select * from a, b where a.id < x",
  "with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select * from t, t u",
  "with recursive t as (select 1 as n union select n + 1 from t, shops where n < 3) select * from t",
  "with shops as (select 7 as seven) select * from shops",
  "select * from main.shops union select shop_id, total from orders order by 1, 2",
  "select k, v from bare, large where v < total",
  "select id from shops where exists (select 1 from orders where shop_id = id)",
  "select id from shops where id in (select shop_id from orders) and id not in (2)",
  "select distinct shop_id, row_number() over (partition by shop_id order by total) from orders",
  "select shop_id, sum(total) from orders group by shop_id having sum(total) > 5 order by 2",
  "select key, value from json_each('[1,2,3]'), shops",
  "select rowid, * from shops",
  "select instr(name, 'o'), replace(name, 'o', 'u'), trim(name, 'N'), name like 'N%' from shops",
  "select instr(name, name || 'x') from shops group by instr(name, name || 'x')",
  "select replace(name, name, id), trim(name, upper(name)), x'00' like name from shops order by 1",
  "select name from shops where name like '%' || substr(name, 2) and name not glob name || '?'",
  "select instr(9007199254740993, 1 + 1), replace(9007199254740993, 1 + 1, null), instr(x'0102', x'02' || '')",
  "select json_patch('{\"a\":1}', '{\"b\":' || id || '}') from shops",
  "select json_array(json_extract('[1,[2]]', '$[0]', '$[1]', '$[1]', '$[0]', '$[1]')) from shops",
  "select name from newer",
];

for (const sql of SAME) {
  Deno.test(`answers the same with calls in it: ${sql}`, async () => {
    const answer = (text: string) => {
      const made = database();
      const statement = made.prepare(text);
      const rows = statement.all().map((row) => Object.values(row));
      const names = statement.columns().map(({ name }) => name);
      made.close();
      return { names, rows };
    };
    const plain = (await sqliteParser()).statement(sql).sql;
    assert.deepEqual(answer(await stoppable(sql)), answer(plain));
  });
}

const many = (count: number, source: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => source(at)).join(", ");

/** None of them would end in a lifetime. */
const ENDLESS = [
  "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t",
  "with recursive t(n) as (select 1 union all select n + 1 from t) select n from t where n < 0",
  "with recursive t as (select 1 union all select 1 from t) select count(*) from t",
  `select count(*) from ${many(40, (at) => `shops s${at}`)}`,
  `select * from ${many(40, (at) => `shops s${at}`)} where s0.id + s39.id + s20.id < 0`,
  `select count(*) from shops a ${
    Array.from({ length: 40 }, (_, at) => `join shops s${at} on s${at}.id + a.id > 0`).join(" ")
  }`,
  `select count(*) from ${many(40, () => "(select 1 + 1 union all select 2)")}`,
  `with c as (select 1 + 1 union all select 2) select count(*) from ${
    many(40, (at) => `c c${at}`)
  }`,
  `with c as (values (1), (2)) select count(*) from ${many(40, (at) => `c c${at}`)}`,
  `select * from ${many(40, (at) => `(select * from shops) c${at}`)} where c0.id + c39.id < 0`,
  `select count(*) from ${many(40, (at) => `large c${at}`)}`,
  `select count(*) from ${many(40, (at) => `json_each('[1,2]') j${at}`)}`,
  `select (select count(*) from ${many(40, (at) => `bare c${at}`)})`,
  `select 1 where exists (select 1 from ${many(40, (at) => `bare c${at}`)} where c0.v + c39.v < 0)`,
  `select id from shops union select count(*) from ${many(40, (at) => `orders c${at}`)}`,
];

for (const sql of ENDLESS) {
  Deno.test(`can be ended: ${sql.slice(0, 100)}`, async () => {
    const made = database(100);
    const statement = made.prepare(await stoppable(sql));
    assert.throws(() => {
      for (const _ of statement.iterate());
    }, /stopped/);
    made.close();
  });
}

const LONG = "printf('%2000d', 1)";

/** Each would take hours with the lengths that these functions can make. */
for (
  const sql of [
    `select instr(${LONG}, printf('%1000d', 2))`,
    `select instr(a, b) from (select ${LONG} as a, ${LONG} as b)`,
    `select replace('a', ${LONG}, 'b'), replace('a', 'b', ${LONG})`,
    `select trim(${LONG}, ${LONG}), ltrim('a', ${LONG}), rtrim('a', ${LONG})`,
    `select unhex('00', ${LONG})`,
    `select 'a' like '%' || ${LONG}`,
    `select ${LONG} like '${"_".repeat(200)}'`,
    `select glob(${LONG}, 'a'), 1 from shops where ${LONG} glob '*' || name`,
    `select json_patch(${LONG}, '{}' || '')`,
    `select json_extract(${LONG}, '$.a', '$.a', '$.a', '$.a', '$.a')`,
  ]
) {
  Deno.test(`works on no long text at one go: ${sql.slice(0, 100)}`, async () => {
    const made = database();
    const text = await stoppable(sql);
    assert.throws(() => made.prepare(text).get(), /too long/);
    made.close();
  });
}

Deno.test("many calls on one row can be ended between them", async () => {
  const made = database(100);
  const calls = Array(200).fill("instr('a', upper('b'))").join("+");
  const text = await stoppable(`select ${calls}`);
  assert.throws(() => made.prepare(text).get(), /stopped/);
  made.close();
});

Deno.test("callers can't call the function themselves", async () => {
  const parser = await sqliteParser();
  assert.throws(() => parser.statement("select superset_mcp_alive(id) from shops"), {
    type: "forbidden_sql",
  });
});
