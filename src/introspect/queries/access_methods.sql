-- Access methods made by users.
SELECT m.oid, m.amname AS name, m.amtype = 't' AS is_table,
       hn.nspname AS handler_schema, h.proname AS handler_name
  FROM pg_am m
  JOIN pg_proc h ON h.oid = m.amhandler
  JOIN pg_namespace hn ON hn.oid = h.pronamespace
 WHERE m.oid >= 16384 AND {{not_extension_member pg_am m.oid}}
 ORDER BY m.amname
