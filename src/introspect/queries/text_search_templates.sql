-- Text search templates.
SELECT t.oid, n.nspname AS schema, t.tmplname AS name,
       sn.nspname AS init_schema, s.proname AS init_name,
       ln.nspname AS lexize_schema, l.proname AS lexize_name
  FROM pg_ts_template t
  JOIN pg_namespace n ON n.oid = t.tmplnamespace
  JOIN pg_proc l ON l.oid = t.tmpllexize JOIN pg_namespace ln ON ln.oid = l.pronamespace
  LEFT JOIN (pg_proc s JOIN pg_namespace sn ON sn.oid = s.pronamespace) ON s.oid = t.tmplinit
 WHERE {{namespaces}} AND {{not_extension_member pg_ts_template t.oid}}
 ORDER BY n.nspname, t.tmplname
