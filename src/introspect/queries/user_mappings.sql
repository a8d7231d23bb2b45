-- User mappings, through the view that shows the options only to those who may see them (pg_user_mapping
-- itself is for superusers). Options whose names suggest a secret stay on the server. `hidden`: there
-- may be options that this role may not see.
SELECT u.umid AS oid, u.srvname AS server,
       CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE u.usename END AS user,
       ARRAY(SELECT o FROM unnest(u.umoptions) AS o WHERE NOT {{secret o}}) AS options,
       ARRAY(SELECT split_part(o, '=', 1) FROM unnest(u.umoptions) AS o WHERE {{secret o}})
         AS secrets,
       u.umoptions IS NULL AND NOT pg_has_role(s.srvowner, 'USAGE') AS hidden
  FROM pg_user_mappings u
  JOIN pg_foreign_server s ON s.oid = u.srvid
 WHERE u.usename IS NOT NULL AND {{not_extension_member pg_user_mapping u.umid}}
 ORDER BY u.srvname, u.umuser <> 0, u.usename
