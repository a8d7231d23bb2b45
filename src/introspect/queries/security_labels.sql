-- Security labels.
SELECT l.classoid AS class, l.objoid AS object, l.objsubid AS sub, l.provider, l.label
FROM pg_seclabel l
ORDER BY l.classoid, l.objoid, l.objsubid, l.provider
