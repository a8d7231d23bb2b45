-- Owners. The schema public counts as the user's only where it was given away.
SELECT o.class, o.object, pg_get_userbyid(o.owner) AS owner
FROM (
  SELECT 1259 AS class, oid AS object, relowner AS owner FROM pg_class
  WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  UNION ALL SELECT 1247, oid, typowner FROM pg_type
  UNION ALL SELECT 1255, oid, proowner FROM pg_proc
  UNION ALL SELECT 2617, oid, oprowner FROM pg_operator
  UNION ALL SELECT 2616, oid, opcowner FROM pg_opclass
  UNION ALL SELECT 2753, oid, opfowner FROM pg_opfamily
  UNION ALL SELECT 2612, oid, lanowner FROM pg_language
  UNION ALL SELECT 2607, oid, conowner FROM pg_conversion
  UNION ALL SELECT 3456, oid, collowner FROM pg_collation
  UNION ALL SELECT 3602, oid, cfgowner FROM pg_ts_config
  UNION ALL SELECT 3600, oid, dictowner FROM pg_ts_dict
  UNION ALL SELECT 2328, oid, fdwowner FROM pg_foreign_data_wrapper
  UNION ALL SELECT 1417, oid, srvowner FROM pg_foreign_server
  UNION ALL SELECT 3466, oid, evtowner FROM pg_event_trigger
  UNION ALL SELECT 6104, oid, pubowner FROM pg_publication
  UNION ALL SELECT 3381, oid, stxowner FROM pg_statistic_ext
  UNION ALL SELECT 2615, oid, nspowner FROM pg_namespace
) o
WHERE CASE WHEN o.class <> 2615 OR o.object <> (SELECT oid FROM pg_namespace WHERE nspname = 'public')
           THEN o.object >= 16384
           WHEN current_setting('server_version_num')::integer >= 150000
           THEN pg_get_userbyid(o.owner) <> 'pg_database_owner'
           ELSE o.owner <> 10
      END
