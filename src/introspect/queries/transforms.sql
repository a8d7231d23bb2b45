-- Transforms between a type and a procedural language.
SELECT t.oid, format_type(t.trftype, NULL) AS type, l.lanname AS language,
       NULLIF(t.trffromsql, 0)::regprocedure::text AS from_sql,
       NULLIF(t.trftosql, 0)::regprocedure::text AS to_sql
  FROM pg_transform t
  JOIN pg_language l ON l.oid = t.trflang
 WHERE t.oid >= 16384 AND {{not_extension_member pg_transform t.oid}}
 ORDER BY 2, 3
