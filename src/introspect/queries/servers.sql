-- Foreign servers. Options whose names suggest a secret stay on the server.
SELECT s.oid, s.srvname AS name, w.fdwname AS wrapper, s.srvtype AS type, s.srvversion AS version,
       ARRAY(SELECT o FROM unnest(s.srvoptions) AS o WHERE NOT {{secret o}}) AS options,
       ARRAY(SELECT split_part(o, '=', 1) FROM unnest(s.srvoptions) AS o WHERE {{secret o}})
         AS secrets
  FROM pg_foreign_server s
  JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
 WHERE {{not_extension_member pg_foreign_server s.oid}}
 ORDER BY s.srvname
