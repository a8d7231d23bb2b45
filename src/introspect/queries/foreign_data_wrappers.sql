-- Foreign-data wrappers. Options whose names suggest a secret stay on the server.
SELECT w.oid, w.fdwname AS name, w.fdwhandler::regproc AS handler,
       w.fdwvalidator::regproc AS validator,
       ARRAY(SELECT o FROM unnest(w.fdwoptions) AS o WHERE NOT {{secret o}}) AS options,
       ARRAY(SELECT split_part(o, '=', 1) FROM unnest(w.fdwoptions) AS o WHERE {{secret o}})
         AS secrets
  FROM pg_foreign_data_wrapper w
 WHERE {{not_extension_member pg_foreign_data_wrapper w.oid}}
 ORDER BY w.fdwname
