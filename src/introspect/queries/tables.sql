-- Ordinary, partitioned and foreign tables. Their columns, keys and indexes have queries of their own.
SELECT c.oid,
       n.nspname AS schema,
       c.relname AS name,
       c.relkind AS kind,
       c.relpersistence = 'u' AS unlogged,
       c.reltype AS row_type,
       am.amname AS access_method,
       (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace,
       c.reloptions AS options,
       toast.reloptions AS toast_options,
       c.relreplident AS replica_identity,
       c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS force_row_security,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, '0'::oid) END AS bound,
       CASE WHEN c.reloftype <> 0 THEN
         (SELECT ARRAY[tn.nspname, t.typname]
          FROM pg_type t JOIN pg_namespace tn ON tn.oid = t.typnamespace
          WHERE t.oid = c.reloftype)
       END AS of_type,
       CASE WHEN c.relkind = 'f' THEN
         (SELECT s.srvname
          FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
          WHERE f.ftrelid = c.oid)
       END AS server,
       CASE WHEN c.relkind = 'f' THEN
         (SELECT f.ftoptions FROM pg_foreign_table f WHERE f.ftrelid = c.oid)
       END AS foreign_options
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am am ON am.oid = c.relam AND am.amname <> 'heap'
LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
WHERE c.relkind IN ('r', 'p', 'f')
  AND c.relpersistence <> 't'
  AND {{namespaces}}
  AND {{not_extension_member pg_class c.oid}}
ORDER BY n.nspname, c.relname
