-- Access methods made by users.
SELECT m.oid, m.amname AS name, m.amtype = 't' AS is_table,
       m.amhandler AS handler
  FROM pg_am m
 WHERE m.oid >= 16384 AND {{not_extension_member pg_am m.oid}}
 ORDER BY m.amname
