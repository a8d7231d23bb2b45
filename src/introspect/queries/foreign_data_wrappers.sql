-- Foreign-data wrappers. Options whose names suggest a secret stay on the server.
SELECT w.oid, w.fdwname AS name, hn.nspname AS handler_schema, h.proname AS handler_name,
       vn.nspname AS validator_schema, v.proname AS validator_name,
       ARRAY(SELECT o FROM unnest(w.fdwoptions) AS o WHERE NOT {{secret o}}) AS options,
       ARRAY(SELECT split_part(o, '=', 1) FROM unnest(w.fdwoptions) AS o WHERE {{secret o}})
         AS secrets
  FROM pg_foreign_data_wrapper w
  LEFT JOIN (pg_proc h JOIN pg_namespace hn ON hn.oid = h.pronamespace) ON h.oid = w.fdwhandler
  LEFT JOIN (pg_proc v JOIN pg_namespace vn ON vn.oid = v.pronamespace) ON v.oid = w.fdwvalidator
 WHERE {{not_extension_member pg_foreign_data_wrapper w.oid}}
 ORDER BY w.fdwname
