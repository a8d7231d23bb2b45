-- Row-level security policies.
SELECT p.oid, p.polrelid AS relation, p.polname AS name, NOT p.polpermissive AS restrictive,
       p.polcmd AS command,
       ARRAY(SELECT r.rolname::text FROM pg_roles r WHERE r.oid = ANY (p.polroles)
              ORDER BY r.rolname) AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS using,
       pg_get_expr(p.polwithcheck, p.polrelid) AS check
  FROM pg_policy p
  JOIN pg_class c ON c.oid = p.polrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE {{namespaces}}
 ORDER BY p.polrelid, p.polname
