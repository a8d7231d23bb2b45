-- The schemas that are not read, but for an empty public and for those of extensions, with some of their relations: six, one
-- more than autogen has tables of its own.
SELECT n.nspname AS name,
       ARRAY(SELECT c.relname::text FROM pg_class c
             WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') LIMIT 6) AS relations
FROM pg_namespace n
WHERE NOT ({{namespaces}}) AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema'
  AND {{not_extension_member pg_namespace n.oid}}
  AND (n.nspname <> 'public' OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid))
ORDER BY n.nspname
