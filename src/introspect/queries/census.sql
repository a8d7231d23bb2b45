-- The catalogs whose rows several readers share, each taking its part: what none of them registered
-- is named to the user. Left out: what comes and goes with another object (indexes, toast tables, row,
-- array and multirange types, constructors of ranges). Subscriptions have no reader.
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
  AND (t.typelem = 0 OR t.oid NOT IN (SELECT e.typarray FROM pg_type e))
  AND {{namespaces}} AND {{not_extension_member pg_type t.oid}}
UNION ALL
SELECT 1255, p.oid, CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'routine' END,
       n.nspname || '.' || p.proname
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid NOT IN (SELECT d.objid FROM pg_depend d
                    WHERE d.classid = 1255 AND d.objid >= 16384 AND d.deptype = 'i')
  AND {{namespaces}} AND {{not_extension_member pg_proc p.oid}}
UNION ALL
SELECT 2617, o.oid, CASE o.oprcode WHEN 0 THEN 'shell operator' ELSE 'operator' END,
       n.nspname || '.' || o.oprname
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE {{namespaces}} AND {{not_extension_member pg_operator o.oid}}
UNION ALL
-- Not its OID: until PostgreSQL 13 not everyone may read that column.
SELECT 6100, 0::oid, 'subscription', o.subname::text
FROM pg_subscription o JOIN pg_database d ON d.oid = o.subdbid
WHERE d.datname = current_database()
UNION ALL
-- ALTER … DEPENDS ON EXTENSION: goes with the extension without being part of it.
SELECT 3079, 0::oid, i.type || ' that depends on extension ' || e.extname, i.identity
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid,
     pg_identify_object(d.classid, d.objid, d.objsubid) i
WHERE d.refclassid = 3079 AND d.deptype = 'x'
  AND (i.schema IS NULL OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = i.schema AND {{namespaces}}))
ORDER BY 3, 4
