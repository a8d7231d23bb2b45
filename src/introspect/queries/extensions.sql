-- Extensions belong to the database, whatever schema they put their objects into. plpgsql is there in
-- every new database: a model that does not name it does not want it dropped.
SELECT e.oid, e.extname AS name, n.nspname AS schema, e.extversion AS version
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
ORDER BY e.extname
