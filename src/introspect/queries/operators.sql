-- Operators of users: PostgreSQL's own have smaller OIDs. A shell that waits for its definition
-- (oprcode 0) is not one yet.
SELECT o.oid, n.nspname AS schema, o.oprname AS name,
       format_type(NULLIF(o.oprleft, 0), NULL) AS left,
       format_type(NULLIF(o.oprright, 0), NULL) AS right,
       fn.nspname AS function_schema, f.proname AS function_name,
       cn.nspname AS commutator_schema, c.oprname AS commutator_name,
       en.nspname AS negator_schema, e.oprname AS negator_name,
       rn.nspname AS restrict_schema, r.proname AS restrict_name,
       jn.nspname AS join_schema, j.proname AS join_name,
       o.oprcanhash AS hashes, o.oprcanmerge AS merges
  FROM pg_operator o
  JOIN pg_namespace n ON n.oid = o.oprnamespace
  JOIN pg_proc f ON f.oid = o.oprcode
  JOIN pg_namespace fn ON fn.oid = f.pronamespace
  LEFT JOIN (pg_operator c JOIN pg_namespace cn ON cn.oid = c.oprnamespace)
         ON c.oid = o.oprcom
  LEFT JOIN (pg_operator e JOIN pg_namespace en ON en.oid = e.oprnamespace)
         ON e.oid = o.oprnegate
  LEFT JOIN (pg_proc r JOIN pg_namespace rn ON rn.oid = r.pronamespace)
         ON r.oid = o.oprrest
  LEFT JOIN (pg_proc j JOIN pg_namespace jn ON jn.oid = j.pronamespace)
         ON j.oid = o.oprjoin
 WHERE o.oid >= 16384 AND {{namespaces}} AND {{not_extension_member pg_operator o.oid}}
 ORDER BY n.nspname, o.oprname, 4, 5
