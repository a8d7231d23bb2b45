-- Columns of tables, views and materialized views. An expression is deparsed only where there is one; a collation is named only
-- where it is not the type's own. Only a generated column's expression may name columns: without a
-- relation to name them from, pg_get_expr need not load its description, which is most of its work.
SELECT a.attrelid AS relation,
       a.attnum AS number,
       a.attname AS name,
       a.atttypid AS type_oid,
       t.typbasetype AS base_type_oid,
       format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS not_null,
       a.attgenerated AS generated,
       a.attislocal AS local,
       a.attinhcount > 0 AND NOT c.relispartition AS inherited,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
       a.attcompression AS compression,
       a.attstattarget AS statistics,
       a.attoptions AS options,
       a.attfdwoptions AS foreign_options,
       a.attcollation AS collation_oid,
       CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation END
         AS collation,
       d.oid AS default_oid,
       pg_get_expr(d.adbin, CASE WHEN a.attgenerated <> '' THEN d.adrelid ELSE '0'::oid END) AS default
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
  AND {{namespaces}}
  AND c.oid::bigint >= 16384
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
