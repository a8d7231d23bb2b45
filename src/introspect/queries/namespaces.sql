-- The schemas to read. One that an extension made belongs to the extension.
SELECT n.oid, n.nspname AS name
FROM pg_namespace n
WHERE {{namespaces}}
  AND {{not_extension_member pg_namespace n.oid}}
ORDER BY n.nspname
