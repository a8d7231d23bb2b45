-- Materialized views. `rule` is the _RETURN rule under which pg_depend knows what the query needs.
SELECT c.oid, c.reltype AS row_type, y.typarray AS array_type, r.oid AS rule, n.nspname AS schema, c.relname AS name,
       NULLIF(m.amname, 'heap') AS access_method, t.spcname AS tablespace,
       c.reloptions AS options, s.reloptions AS toast_options, c.relispopulated AS populated,
       (SELECT i.relname FROM pg_index x
          JOIN pg_class i ON i.oid = x.indexrelid
         WHERE x.indrelid = c.oid AND x.indisclustered) AS cluster_on,
       c.relreplident AS replica_identity,
       pg_get_viewdef(c.oid) AS definition
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_type y ON y.oid = c.reltype
  LEFT JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
  LEFT JOIN pg_am m ON m.oid = c.relam
  LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
  LEFT JOIN pg_class s ON s.oid = c.reltoastrelid AND c.reltoastrelid <> 0
 WHERE c.relkind = 'm' AND {{namespaces}} AND {{not_extension_member pg_class c.oid}}
 ORDER BY n.nspname, c.relname
