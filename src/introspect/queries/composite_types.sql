-- Composite types that stand alone (CREATE TYPE … AS), with their attributes: one row for each
-- attribute, one for a type that has none.
SELECT t.oid, t.typarray AS array_type, c.oid AS relation, n.nspname AS schema,
       t.typname AS name, a.attname AS attribute,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> y.typcollation THEN a.attcollation::regcollation END
         AS collation,
       col_description(c.oid, a.attnum) AS comment
  FROM pg_class c
  JOIN pg_type t ON t.oid = c.reltype
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_type y ON y.oid = a.atttypid
 WHERE c.relkind = 'c' AND {{namespaces}} AND {{not_extension_member pg_type t.oid}}
 ORDER BY n.nspname, t.typname, a.attnum
