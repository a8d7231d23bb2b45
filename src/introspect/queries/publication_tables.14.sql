-- The tables of publications; up to PostgreSQL 14 whole ones only.
SELECT r.oid, r.prpubid AS publication, r.prrelid AS relation, NULL::text[] AS columns,
       NULL::text AS condition
  FROM pg_publication_rel r
  JOIN pg_class c ON c.oid = r.prrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 ORDER BY r.prpubid, n.nspname, c.relname
