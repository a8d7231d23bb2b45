-- Enums with their labels in order.
SELECT t.oid,
       n.nspname AS schema,
       t.typname AS name,
       ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
         AS labels
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e'
  AND {{namespaces}}
  AND {{not_extension_member pg_type t.oid}}
ORDER BY n.nspname, t.typname
