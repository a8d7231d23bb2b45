-- Everything in the schemas that are read, and in the database-wide catalogs, that an object of the
-- model could stand for: what no reader registered is named to the user. Left out: what comes and goes
-- with another object (indexes, toast tables, row, array and multirange types, constructors of ranges).
SELECT 1259 AS class, c.oid AS object,
       CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                      WHEN 'c' THEN 'composite type' WHEN 'r' THEN 'table' WHEN 'p' THEN 'table'
                      WHEN 'f' THEN 'foreign table'
                      ELSE 'relation of kind ' || c.relkind::text END AS what,
       n.nspname || '.' || c.relname AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind NOT IN ('i', 'I', 't') AND c.relpersistence <> 't'
  -- What an extension's composite type belongs to is its type.
  AND (c.relkind <> 'c' OR {{not_extension_member pg_type c.reltype}})
  AND {{namespaces}} AND {{not_extension_member pg_class c.oid}}
UNION ALL
SELECT 1247, t.oid,
       CASE WHEN NOT t.typisdefined THEN 'shell type'
            WHEN t.typtype IN ('b', 'd', 'e', 'r') THEN 'type'
            ELSE 'type of kind ' || t.typtype::text END,
       n.nspname || '.' || t.typname
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typrelid = 0 AND t.typtype <> 'm'
  AND (t.typelem = 0 OR NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid))
  AND {{namespaces}} AND {{not_extension_member pg_type t.oid}}
UNION ALL
SELECT 1255, p.oid, CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'routine' END,
       n.nspname || '.' || p.proname
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE NOT EXISTS (SELECT FROM pg_depend d
                  WHERE d.classid = 1255 AND d.objid = p.oid AND d.deptype = 'i')
  AND {{namespaces}} AND {{not_extension_member pg_proc p.oid}}
UNION ALL
SELECT 2617, o.oid, CASE o.oprcode WHEN 0 THEN 'shell operator' ELSE 'operator' END,
       n.nspname || '.' || o.oprname
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_operator o.oid}}
UNION ALL
SELECT 2616, o.oid, 'operator class', n.nspname || '.' || o.opcname
FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_opclass o.oid}}
UNION ALL
SELECT 3456, o.oid, 'collation', n.nspname || '.' || o.collname
FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_collation o.oid}}
UNION ALL
SELECT 2607, o.oid, 'conversion', n.nspname || '.' || o.conname
FROM pg_conversion o JOIN pg_namespace n ON n.oid = o.connamespace
WHERE {{namespaces}} AND {{not_extension_member pg_conversion o.oid}}
UNION ALL
SELECT 3602, o.oid, 'text search configuration', n.nspname || '.' || o.cfgname
FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_ts_config o.oid}}
UNION ALL
SELECT 3600, o.oid, 'text search dictionary', n.nspname || '.' || o.dictname
FROM pg_ts_dict o JOIN pg_namespace n ON n.oid = o.dictnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_ts_dict o.oid}}
UNION ALL
SELECT 3601, o.oid, 'text search parser', n.nspname || '.' || o.prsname
FROM pg_ts_parser o JOIN pg_namespace n ON n.oid = o.prsnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_ts_parser o.oid}}
UNION ALL
SELECT 3764, o.oid, 'text search template', n.nspname || '.' || o.tmplname
FROM pg_ts_template o JOIN pg_namespace n ON n.oid = o.tmplnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_ts_template o.oid}}
UNION ALL
SELECT 3381, o.oid, 'extended statistics', n.nspname || '.' || o.stxname
FROM pg_statistic_ext o JOIN pg_namespace n ON n.oid = o.stxnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_statistic_ext o.oid}}
UNION ALL
SELECT 2612, o.oid, 'language', o.lanname::text FROM pg_language o
WHERE {{not_extension_member pg_language o.oid}}
UNION ALL
SELECT 2601, o.oid, 'access method', o.amname::text FROM pg_am o
WHERE {{not_extension_member pg_am o.oid}}
UNION ALL
SELECT 2328, o.oid, 'foreign-data wrapper', o.fdwname::text FROM pg_foreign_data_wrapper o
WHERE {{not_extension_member pg_foreign_data_wrapper o.oid}}
UNION ALL
SELECT 1417, o.oid, 'server', o.srvname::text FROM pg_foreign_server o
WHERE {{not_extension_member pg_foreign_server o.oid}}
UNION ALL
SELECT 3466, o.oid, 'event trigger', o.evtname::text FROM pg_event_trigger o
WHERE {{not_extension_member pg_event_trigger o.oid}}
UNION ALL
SELECT 6104, o.oid, 'publication', o.pubname::text FROM pg_publication o
WHERE {{not_extension_member pg_publication o.oid}}
UNION ALL
-- Not its OID: until PostgreSQL 13 not everyone may read that column.
SELECT 6100, 0::oid, 'subscription', o.subname::text
FROM pg_subscription o JOIN pg_database d ON d.oid = o.subdbid
WHERE d.datname = current_database()
ORDER BY 3, 4
