-- Text search templates.
SELECT t.oid, n.nspname AS schema, t.tmplname AS name,
       t.tmplinit AS init, t.tmpllexize AS lexize
  FROM pg_ts_template t
  JOIN pg_namespace n ON n.oid = t.tmplnamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_ts_template t.oid}}
 ORDER BY n.nspname, t.tmplname
