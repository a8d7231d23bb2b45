-- The catalogs whose rows several readers share, each taking its part: what none of them registered
-- is named to the user. Left out: what comes and goes with another object (indexes, toast tables, row,
-- array and multirange types, constructors of ranges).
SELECT o.class, o.object, o.what, n.nspname || '.' || o.name AS name
FROM (SELECT 1259 AS class, c.oid AS object, c.relnamespace AS namespace, c.relname AS name,
             CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                            WHEN 'c' THEN 'composite type' WHEN 'r' THEN 'table' WHEN 'p' THEN 'table'
                            WHEN 'f' THEN 'foreign table'
                            ELSE 'relation of kind ' || c.relkind::text END AS what,
             -- What an extension's composite type belongs to is its type.
             CASE c.relkind WHEN 'c' THEN 1247 ELSE 1259 END AS member_class,
             CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END AS member
      FROM pg_class c
      WHERE c.relkind NOT IN ('i', 'I', 't') AND c.relpersistence <> 't' AND c.oid::bigint >= 16384
      UNION ALL
      SELECT 1247, t.oid, t.typnamespace, t.typname,
             CASE WHEN NOT t.typisdefined THEN 'shell type'
                  WHEN t.typtype IN ('b', 'd', 'e', 'r') THEN 'type'
                  ELSE 'type of kind ' || t.typtype::text END,
             1247, t.oid
      FROM pg_type t
      WHERE t.typrelid = 0 AND t.typtype <> 'm' AND t.oid::bigint >= 16384
        AND (t.typelem = 0 OR t.typinput <> 750)  -- array_in
      UNION ALL
      SELECT 1255, p.oid, p.pronamespace, p.proname,
             CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'routine' END, 1255, p.oid
      FROM pg_proc p
      WHERE p.oid >= 16384
        AND p.oid NOT IN (SELECT d.objid FROM pg_depend d
                          WHERE d.classid = 1255 AND d.objid >= 16384 AND d.deptype = 'i')
      UNION ALL
      SELECT 2617, o.oid, o.oprnamespace, o.oprname,
             CASE o.oprcode WHEN 0 THEN 'shell operator' ELSE 'operator' END, 2617, o.oid
      FROM pg_operator o
      WHERE o.oid >= 16384) o
JOIN pg_namespace n ON n.oid = o.namespace
WHERE {{namespaces}}
  AND (o.member_class, o.member) NOT IN (SELECT x.classid, x.objid FROM pg_depend x
                                         WHERE x.refclassid = 3079 AND x.deptype = 'e')
UNION ALL
-- ALTER … DEPENDS ON EXTENSION: goes with the extension without being part of it.
SELECT 3079, 0::oid, i.type || ' that depends on extension ' || e.extname, i.identity
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid,
     pg_identify_object(d.classid, d.objid, d.objsubid) i
WHERE d.refclassid = 3079 AND d.deptype = 'x'
  AND (i.schema IS NULL OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = i.schema AND {{namespaces}}))
ORDER BY 3, 4
