-- Views. `rule` is the _RETURN rule under which pg_depend knows what the query needs.
SELECT c.oid, c.reltype AS row_type, y.typarray AS array_type, r.oid AS rule, n.nspname AS schema, c.relname AS name,
       c.reloptions AS options, pg_get_viewdef(c.oid) AS definition
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_type y ON y.oid = c.reltype
  LEFT JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
 WHERE c.relkind = 'v' AND {{namespaces}} AND {{not_extension_member pg_class c.oid}}
 ORDER BY n.nspname, c.relname
