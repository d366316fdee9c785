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
 * function: PostgreSQL looks into no function's body. Only functions in C that are immutable can't
 * read tables: superusers alone make them. The functions stand in the tree of the view's rule, those
 * of its operators, aggregates and windows too; a view keeps no other trace of PostgreSQL's own.
 */
export const DEPENDENCIES = `
  with views as (
    select r.oid, r.ev_class, r.ev_action from pg_catalog.pg_rewrite r
      join pg_catalog.pg_class c on c.oid = r.ev_class
     where r.ev_type = '1'
       and c.relnamespace not in ('pg_catalog'::pg_catalog.regnamespace,
           'information_schema'::pg_catalog.regnamespace)
  ), called as (
    select v.ev_class as relation, found.match[1]::pg_catalog.oid as function
      from views v, pg_catalog.regexp_matches(v.ev_action::text,
           ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([0-9]+)', 'g') as found (match)
  ), run as (
    select relation, function from called
    union select c.relation, part.function
      from called c
      join pg_catalog.pg_aggregate a on a.aggfnoid = c.function
      cross join unnest(array[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn,
           a.aggminvtransfn, a.aggmfinalfn]::pg_catalog.oid[]) as part (function)
  ), edges as (
    select v.ev_class as relation, d.refobjid as reads
      from views v
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
       and d.objid = v.oid and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     where d.refobjid <> v.ev_class
    union select inhrelid, inhparent from pg_catalog.pg_inherits
    union select inhparent, inhrelid from pg_catalog.pg_inherits
    union select oid, null from pg_catalog.pg_class where relkind = 'f'
    union select v.ev_class, null
      from views v
      cross join pg_catalog.regexp_matches(v.ev_action::text, ':relid ([0-9]+)', 'g') as f (match)
      join pg_catalog.pg_class c on c.oid = f.match[1]::pg_catalog.oid
     where c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace and c.relname in (${TELLERS})
    union select c.relation, null
      from run c
      join pg_catalog.pg_proc p on p.oid = c.function
      join pg_catalog.pg_language l on l.oid = p.prolang
     where case when p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
                then p.proname in (${READERS})
                else l.lanname not in ('c', 'internal') or p.provolatile <> 'i' end
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
