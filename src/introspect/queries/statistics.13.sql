-- Extended statistics. PostgreSQL 13 knows them over columns only.
SELECT s.oid, n.nspname AS schema, s.stxname AS name, tn.nspname AS table_schema,
       c.relname AS table_name, s.stxkind::text[] AS kinds, NULLIF(s.stxstattarget, -1) AS target,
       ARRAY(SELECT a.attname::text
               FROM unnest(s.stxkeys::int2[]) WITH ORDINALITY AS u(number, position)
               JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = u.number
              ORDER BY u.position) AS columns,
       NULL::text[] AS expressions
  FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_class c ON c.oid = s.stxrelid
  JOIN pg_namespace tn ON tn.oid = c.relnamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_statistic_ext s.oid}}
 ORDER BY n.nspname, s.stxname
