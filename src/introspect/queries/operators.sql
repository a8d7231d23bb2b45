-- Operators of users: PostgreSQL's own have smaller OIDs. A shell that waits for its definition
-- (oprcode 0) is not one yet.
SELECT o.oid, n.nspname AS schema, o.oprname AS name,
       format_type(NULLIF(o.oprleft, 0), NULL) AS left,
       format_type(NULLIF(o.oprright, 0), NULL) AS right,
       o.oprcode AS function,
       cn.nspname AS commutator_schema, c.oprname AS commutator_name,
       en.nspname AS negator_schema, e.oprname AS negator_name,
       o.oprrest AS restrict, o.oprjoin AS join,
       o.oprcanhash AS hashes, o.oprcanmerge AS merges
  FROM pg_operator o
  JOIN pg_namespace n ON n.oid = o.oprnamespace
  LEFT JOIN (pg_operator c JOIN pg_namespace cn ON cn.oid = c.oprnamespace)
         ON c.oid = o.oprcom
  LEFT JOIN (pg_operator e JOIN pg_namespace en ON en.oid = e.oprnamespace)
         ON e.oid = o.oprnegate
 WHERE o.oprcode <> 0 AND o.oid >= 16384 AND {{namespaces}} AND {{not_extension_member pg_operator o.oid}}
 ORDER BY n.nspname, o.oprname, 4, 5
