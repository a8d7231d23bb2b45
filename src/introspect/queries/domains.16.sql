-- Domains. Up to PostgreSQL 16 their NOT NULL has no name.
SELECT t.oid, t.typarray AS array_type, n.nspname AS schema, t.typname AS name,
       format_type(t.typbasetype, t.typtypmod) AS type,
       CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation END
         AS collation,
       pg_get_expr(t.typdefaultbin, 0) AS default, t.typnotnull AS not_null,
       NULL::oid AS not_null_oid, NULL::name AS not_null_name
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_type b ON b.oid = t.typbasetype
 WHERE t.typtype = 'd' AND {{namespaces}} AND {{not_extension_member pg_type t.oid}}
 ORDER BY n.nspname, t.typname
