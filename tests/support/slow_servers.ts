/** Servers with what `slow_workspace.ts` wants of a database, and how a test looks at them. */
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { type MariadbServer, startMariadb } from "./mariadb.ts";
import { type PostgresqlCluster, startPostgresql } from "./postgresql.ts";

/** A database in which a query can be slow. */
export interface SlowPlace {
  uri(): string;
  readonly schema: string | null;
  /** The slow query, where it is no view's: a view is read whole in SQLite before it can be ended. */
  readonly slowSql: string | null;
  /** How many statements of the service run. @param pid the service's */
  running(pid?: number): Promise<number>;
  /** How many connections the service has; null where nobody can tell. */
  connections(): Promise<number | null>;
  stop(): Promise<void>;
}

export interface SlowServer extends SlowPlace {
  readonly address: string;
  /** @param address of a way to it, such as a proxy's */
  uri(address?: string): string;
  connections(): Promise<number>;
  /** Takes the server away, at once and out of order. */
  kill(): Promise<void>;
  resume(): Promise<void>;
}

export async function slowPostgresql(): Promise<SlowServer> {
  const cluster = await startPostgresql();
  try {
    return await slowCluster(cluster);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function slowCluster(cluster: PostgresqlCluster): Promise<SlowServer> {
  const open = () => postgres(cluster.url("postgres"), { max: 1, onnotice: () => {} });
  const ask = async (sql: string) => {
    const admin = open();
    try {
      return await admin.unsafe(sql);
    } finally {
      await admin.end();
    }
  };
  await ask("create role analyst login");
  await ask("create view slow as select 'x'::text as shop_name from pg_sleep(40)");
  await ask("create table quick as select 'x'::text as shop_name");
  await ask(
    "create view trickle as select n, pg_sleep(0.005)::text from generate_series(1, 9000) n",
  );
  await ask("grant select on slow, quick, trickle to analyst; checkpoint");
  const count = async (condition: string) => {
    const [row] = await ask(
      `select count(*)::int as n from pg_stat_activity where usename = 'analyst' ${condition}`,
    );
    return row!.n as number;
  };
  return {
    address: cluster.address,
    uri: (address = cluster.address) => `postgresql://analyst@${address}/postgres`,
    schema: "public",
    slowSql: null,
    running: () => count("and state = 'active' and query ~ 'slow|trickle'"),
    connections: () => count(""),
    kill: () => cluster.kill(),
    resume: () => cluster.resume(),
    stop: () => cluster.stop(),
  };
}

export async function slowMariadb(): Promise<SlowServer> {
  const server = await startMariadb();
  try {
    return await slowServer(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function slowServer(server: MariadbServer): Promise<SlowServer> {
  await server.execute(`
    create database shop; use shop;
    create view shop.slow as select cast(sleep(40) as char) as shop_name;
    create table shop.quick as select 'x' as shop_name;
    create table numbers as select seq as n from seq_1_to_9000;
    create view trickle as select n, sleep(0.005) as nap from numbers;`);
  const count = async (condition: string) =>
    Number(
      await server.execute(
        `select count(*) from information_schema.processlist where user = 'tester' ${condition}`,
      ),
    );
  const at = (address: string) =>
    server.url("shop").replace(server.address, address).replace("mysql:", "mysql+mysqldb:");
  return {
    address: server.address,
    uri: (address = server.address) => at(address),
    schema: "shop",
    slowSql: null,
    running: () => count("and command <> 'Sleep' and info regexp 'slow|trickle'"),
    connections: () => count(""),
    kill: () => server.halt(),
    resume: () => server.resume(),
    stop: () => server.stop(),
  };
}

/** A file: what runs on it is seen by the threads of the service that are busy. */
export async function slowSqlite(): Promise<SlowPlace> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/shop.db`;
  const database = new DatabaseSync(path);
  database.exec(`
    create table numbers (n integer); create table quick (shop_name text);
    insert into quick values ('x');
    with recursive c (n) as (select 1 union all select n + 1 from c where n < 10000)
    insert into numbers select n from c;`);
  database.close();
  return {
    uri: () => `sqlite:///${path}`,
    schema: "main",
    slowSql: "select count(*) as shop_name from numbers a, numbers b, numbers c",
    running: (pid) => busyWorkers(pid!),
    connections: () => Promise.resolve(null),
    stop: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Linux's: threads of Deno's workers that run, or would if they had a processor, look after look. */
async function busyWorkers(pid: number): Promise<number> {
  let busy: Set<string> | null = null;
  for (let look = 0; look < 4; look++) {
    const now = new Set<string>();
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      try {
        const stat = Deno.readTextFileSync(`/proc/${pid}/task/${name}/stat`);
        const [, thread, state] = /\((.*)\) (.)/.exec(stat)!;
        if (thread!.startsWith("worker-") && state === "R") now.add(name);
      } catch {
        // It has ended meanwhile.
      }
    }
    busy = busy === null ? now : busy.intersection(now);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return busy!.size;
}
