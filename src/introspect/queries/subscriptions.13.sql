-- Subscriptions, without their connection strings. PostgreSQL 13 shows not everybody their OIDs, which are for comments
-- here, and their synchronous_commit. Those of other databases may have the same names.
SELECT (SELECT t.subid
          FROM pg_stat_subscription t
         WHERE t.subname = s.subname
         ORDER BY EXISTS (SELECT FROM pg_description c
                           WHERE c.classoid = 6100 AND c.objoid = t.subid) DESC, t.subid
         LIMIT 1) AS oid,
       s.subname AS name, s.subpublications AS publications,
       NOT s.subenabled AS disabled, s.subslotname AS slot, NULL AS synchronous_commit,
       false AS binary, NULL AS streaming,
       false AS two_phase, false AS disable_on_error,
       NULL AS origin, false AS without_password, false AS run_as_owner,
       false AS failover, pg_get_userbyid(s.subowner) AS owner
  FROM pg_subscription s
 WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
 ORDER BY s.subname
