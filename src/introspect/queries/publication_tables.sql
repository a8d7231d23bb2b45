-- The tables of publications, with their column lists and row filters.
SELECT r.oid, r.prpubid AS publication, r.prrelid AS relation,
       ARRAY(SELECT a.attname::text
               FROM unnest(r.prattrs::int2[]) WITH ORDINALITY AS u(number, position)
               JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = u.number
              ORDER BY u.position) AS columns,
       pg_get_expr(r.prqual, r.prrelid) AS condition
  FROM pg_publication_rel r
  JOIN pg_class c ON c.oid = r.prrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT r.prexcept
 ORDER BY r.prpubid, n.nspname, c.relname
