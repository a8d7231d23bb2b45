-- Subscriptions, without their connection strings, which only superusers may read.
SELECT s.oid AS oid, s.subname AS name, s.subpublications AS publications,
       NOT s.subenabled AS disabled, s.subslotname AS slot, s.subsynccommit AS synchronous_commit,
       s.subbinary AS binary, CASE WHEN s.substream THEN 'on' END AS streaming,
       s.subtwophasestate <> 'd' AS two_phase, s.subdisableonerr AS disable_on_error,
       NULL AS origin, false AS without_password, false AS run_as_owner,
       false AS failover, pg_get_userbyid(s.subowner) AS owner
  FROM pg_subscription s
 WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
 ORDER BY s.subname
