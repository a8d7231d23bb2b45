-- Event triggers. They belong to no schema: those whose function is managed.
SELECT e.oid, e.evtname AS name, e.evtevent AS event, e.evttags AS tags, e.evtenabled AS enabled,
       e.evtfoid::regproc AS function
  FROM pg_event_trigger e
  JOIN pg_proc f ON f.oid = e.evtfoid
  JOIN pg_namespace n ON n.oid = f.pronamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_event_trigger e.oid}}
 ORDER BY e.evtname
