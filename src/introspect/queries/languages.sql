-- Procedural languages. Those of extensions (plpgsql too) belong to their extension.
SELECT l.oid, l.lanname AS name, l.lanpltrusted AS trusted,
       hn.nspname AS handler_schema, h.proname AS handler_name,
       inn.nspname AS inline_schema, i.proname AS inline_name,
       vn.nspname AS validator_schema, v.proname AS validator_name
  FROM pg_language l
  JOIN pg_proc h ON h.oid = l.lanplcallfoid
  JOIN pg_namespace hn ON hn.oid = h.pronamespace
  LEFT JOIN (pg_proc i JOIN pg_namespace inn ON inn.oid = i.pronamespace)
         ON i.oid = l.laninline
  LEFT JOIN (pg_proc v JOIN pg_namespace vn ON vn.oid = v.pronamespace)
         ON v.oid = l.lanvalidator
 WHERE l.lanispl AND {{not_extension_member pg_language l.oid}}
 ORDER BY l.lanname
