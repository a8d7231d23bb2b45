-- Columns of views and materialized views, with what each has of its own, before column compression.
SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name,
       a.atttypid AS type_oid, t.typbasetype AS base_type_oid,
       a.attcollation AS collation_oid, format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT ARRAY[cn.nspname, cl.collname]
            FROM pg_collation cl JOIN pg_namespace cn ON cn.oid = cl.collnamespace
           WHERE cl.oid = a.attcollation) END AS collation,
       d.oid AS default_oid, pg_get_expr(d.adbin, d.adrelid) AS default,
       NULLIF(a.attstattarget, -1) AS statistics,
       CASE WHEN c.relkind = 'm' AND a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
       NULL AS compression, a.attoptions AS options
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relkind IN ('v', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND {{namespaces}}
   AND {{not_extension_member pg_class c.oid}}
 ORDER BY a.attrelid, a.attnum
