-- Views and materialized views. `rule` is the _RETURN rule under which pg_depend knows what the query needs.
SELECT c.oid, c.relkind = 'm' AS materialized, c.reltype AS row_type, y.typarray AS array_type, r.oid AS rule,
       n.nspname AS schema, c.relname AS name, c.reloptions AS options,
       pg_get_viewdef(c.oid) AS definition,
       NULLIF(m.amname, 'heap') AS access_method,
       CASE WHEN c.reltablespace <> 0 THEN
         (SELECT t.spcname FROM pg_tablespace t WHERE t.oid = c.reltablespace)
       END AS tablespace,
       CASE WHEN c.reltoastrelid <> 0 THEN
         (SELECT s.reloptions FROM pg_class s WHERE s.oid = c.reltoastrelid)
       END AS toast_options,
       c.relispopulated AS populated,
       CASE WHEN c.relkind = 'm' THEN
         (SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
           WHERE x.indrelid = c.oid AND x.indisclustered)
       END AS cluster_on,
       c.relreplident AS replica_identity
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_type y ON y.oid = c.reltype
  LEFT JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
  LEFT JOIN pg_am m ON m.oid = c.relam
 WHERE c.relkind IN ('v', 'm') AND {{namespaces}} AND {{not_extension_member pg_class c.oid}}
 ORDER BY n.nspname, c.relname
