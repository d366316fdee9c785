/**
 * What a write to a table can reach in PostgreSQL that it does not name. `written` are the table, its
 * partitions and children, and every table that refers to them, since a deletion or a change may
 * cascade there; what these refer to tells whether a key exists. Code of people's own is what triggers
 * and rules run, and functions that defaults, constraints (of domains too) and indexes call; those in
 * C are an extension's, such as `uuid_generate_v4`.
 */
export const WRITE_REACH = `
  with recursive own(oid) as (
    select c.oid from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2
    union select i.inhrelid from own join pg_catalog.pg_inherits i on i.inhparent = own.oid
  ), written(oid) as (
    select oid from own
    union select s.oid from written w cross join lateral (
      select i.inhrelid as oid from pg_catalog.pg_inherits i where i.inhparent = w.oid
      union all
      select k.conrelid from pg_catalog.pg_constraint k where k.contype = 'f' and k.confrelid = w.oid
    ) s
  ), tied(oid) as (
    select oid from written
    union select k.confrelid from pg_catalog.pg_constraint k
      join written w on w.oid = k.conrelid where k.contype = 'f'
  ), objects(classid, objid) as (
    select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid
      from pg_catalog.pg_attrdef d join written w on w.oid = d.adrelid
    union all select 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid
      from pg_catalog.pg_constraint k join written w on w.oid = k.conrelid
    union all select 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid
      from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.atttypid = k.contypid
      join written w on w.oid = a.attrelid where k.contypid <> 0
    union all select 'pg_catalog.pg_class'::pg_catalog.regclass, x.indexrelid
      from pg_catalog.pg_index x join written w on w.oid = x.indrelid
  )
  select
    (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
              'schema', n.nspname, 'name', c.relname)), '[]')
       from tied join pg_catalog.pg_class c on c.oid = tied.oid
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where tied.oid not in (select oid from own))::text as tables,
    exists (select from pg_catalog.pg_trigger t join written w on w.oid = t.tgrelid
              join pg_catalog.pg_proc p on p.oid = t.tgfoid
             where p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace)
    or exists (select from pg_catalog.pg_rewrite r join written w on w.oid = r.ev_class
                where r.rulename <> '_RETURN')
    or exists (select from objects o join pg_catalog.pg_depend d using (classid, objid)
                 join pg_catalog.pg_proc p on p.oid = d.refobjid
                 join pg_catalog.pg_language l on l.oid = p.prolang
                where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                  and l.lanname not in ('internal', 'c')) as runs_code`;
