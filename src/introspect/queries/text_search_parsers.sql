-- Text search parsers. Their functions are named with their schemas.
SELECT p.oid, n.nspname AS schema, p.prsname AS name,
       p.prsstart AS start, p.prstoken AS gettoken,
       p.prsend AS end, p.prslextype AS lextypes,
       p.prsheadline AS headline
  FROM pg_ts_parser p
  JOIN pg_namespace n ON n.oid = p.prsnamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_ts_parser p.oid}}
 ORDER BY n.nspname, p.prsname
