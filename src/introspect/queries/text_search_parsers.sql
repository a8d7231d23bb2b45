-- Text search parsers. Their functions are named with their schemas.
SELECT p.oid, n.nspname AS schema, p.prsname AS name,
       sn.nspname AS start_schema, s.proname AS start_name,
       gn.nspname AS gettoken_schema, g.proname AS gettoken_name,
       en.nspname AS end_schema, e.proname AS end_name,
       ln.nspname AS lextypes_schema, l.proname AS lextypes_name,
       hn.nspname AS headline_schema, h.proname AS headline_name
  FROM pg_ts_parser p
  JOIN pg_namespace n ON n.oid = p.prsnamespace
  JOIN pg_proc s ON s.oid = p.prsstart JOIN pg_namespace sn ON sn.oid = s.pronamespace
  JOIN pg_proc g ON g.oid = p.prstoken JOIN pg_namespace gn ON gn.oid = g.pronamespace
  JOIN pg_proc e ON e.oid = p.prsend JOIN pg_namespace en ON en.oid = e.pronamespace
  JOIN pg_proc l ON l.oid = p.prslextype JOIN pg_namespace ln ON ln.oid = l.pronamespace
  LEFT JOIN (pg_proc h JOIN pg_namespace hn ON hn.oid = h.pronamespace) ON h.oid = p.prsheadline
 WHERE {{namespaces}} AND {{not_extension_member pg_ts_parser p.oid}}
 ORDER BY n.nspname, p.prsname
