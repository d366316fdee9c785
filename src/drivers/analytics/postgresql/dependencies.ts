/** How PostgreSQL is asked which relations show rows of which: one statement over its catalogs. */

/** PostgreSQL's own functions that read what a text names. */
const READERS = `
  'query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'cursor_to_xml',
  'cursor_to_xmlschema', 'table_to_xml', 'table_to_xmlschema', 'table_to_xml_and_xmlschema',
  'schema_to_xml', 'schema_to_xmlschema', 'schema_to_xml_and_xmlschema', 'database_to_xml',
  'database_to_xmlschema', 'database_to_xml_and_xmlschema', 'ts_stat', 'ts_rewrite',
  'pg_read_file', 'pg_read_binary_file', 'pg_stat_file', 'lo_get', 'loread',
  'pg_stat_get_activity', 'pg_stat_get_backend_activity'`;

/** Its own tables that hold values of others, or what others ask. */
const TELLERS = `
  'pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs', 'pg_statistic', 'pg_statistic_ext_data',
  'pg_stat_activity', 'pg_largeobject'`;

/**
 * Views by their rules' dependencies; partitions and children by inheritance, both ways: each holds
 * rows of the other. What a foreign table reads is not known here, nor what a view does through a
 * function, an operator or an aggregate of people's: PostgreSQL looks into no function's body. Only
 * functions in C that are immutable can't read tables: superusers alone make them. Of PostgreSQL's
 * own, `pg_depend` keeps no trace; they stand in the tree of the view's rule, whose text is looked
 * through once (2,000 views of 40 columns: 0.6 s).
 */
export const DEPENDENCIES = `
  with views as (
    select r.oid, r.ev_class, r.ev_action from pg_catalog.pg_rewrite r
      join pg_catalog.pg_class c on c.oid = r.ev_class
     where r.ev_type = '1'
       and c.relnamespace not in ('pg_catalog'::pg_catalog.regnamespace,
           'information_schema'::pg_catalog.regnamespace)
  ), uses as (
    select v.ev_class as relation, d.refclassid as kind, d.refobjid as object
      from views v
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
       and d.objid = v.oid
  ), called as (
    select relation, object as function from uses
     where kind = 'pg_catalog.pg_proc'::pg_catalog.regclass
    union select u.relation, o.oprcode
      from uses u join pg_catalog.pg_operator o on o.oid = u.object
     where u.kind = 'pg_catalog.pg_operator'::pg_catalog.regclass
  ), run as (
    select relation, function from called
    union select c.relation, part.function
      from called c
      join pg_catalog.pg_aggregate a on a.aggfnoid = c.function
      cross join unnest(array[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn,
           a.aggminvtransfn, a.aggmfinalfn]::pg_catalog.oid[]) as part (function)
  ), telling as (
    select ':(funcid|relid) (' || pg_catalog.string_agg(own.oid::text, '|') || ') ' as pattern
      from (
        select oid from pg_catalog.pg_proc
         where pronamespace = 'pg_catalog'::pg_catalog.regnamespace and proname in (${READERS})
        union all select oid from pg_catalog.pg_class
         where relnamespace = 'pg_catalog'::pg_catalog.regnamespace and relname in (${TELLERS})
      ) own
  ), edges as (
    select relation, object as reads from uses
     where kind = 'pg_catalog.pg_class'::pg_catalog.regclass and object <> relation
    union select inhrelid, inhparent from pg_catalog.pg_inherits
    union select inhparent, inhrelid from pg_catalog.pg_inherits
    union select oid, null from pg_catalog.pg_class where relkind = 'f'
    union select v.ev_class, null from views v, telling t where v.ev_action::text ~ t.pattern
    union select c.relation, null
      from run c
      join pg_catalog.pg_proc p on p.oid = c.function
      join pg_catalog.pg_language l on l.oid = p.prolang
     where p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
       and (l.lanname not in ('c', 'internal') or p.provolatile <> 'i')
  )
  select n.nspname::text as schema, c.relname::text as name,
         rn.nspname::text as read_schema, rc.relname::text as read_name
    from edges e
    join pg_catalog.pg_class c on c.oid = e.relation and c.relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_class rc on rc.oid = e.reads
    left join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace
   where n.nspname not in ('pg_catalog', 'information_schema')
     and (e.reads is null or rc.relkind in ('r', 'p', 'v', 'm', 'f'))
   order by 1, 2, 3, 4`;
