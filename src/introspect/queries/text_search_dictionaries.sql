-- Text search dictionaries; their options as one text: "name = 'value', other = 3".
SELECT d.oid, n.nspname AS schema, d.dictname AS name,
       tn.nspname AS template_schema, t.tmplname AS template_name, d.dictinitoption AS options
  FROM pg_ts_dict d
  JOIN pg_namespace n ON n.oid = d.dictnamespace
  JOIN pg_ts_template t ON t.oid = d.dicttemplate
  JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_ts_dict d.oid}}
 ORDER BY n.nspname, d.dictname
