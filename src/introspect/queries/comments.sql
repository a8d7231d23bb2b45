-- Comments. Of the objects with an OID of initdb's only the schema public can carry one of the user's.
SELECT d.classoid AS class, d.objoid AS object, d.objsubid AS sub, d.description AS comment
FROM pg_description d
WHERE d.objoid >= 16384
   OR d.objoid = 2200 AND d.classoid = 2615 AND d.description <> 'standard public schema'
ORDER BY d.classoid, d.objoid, d.objsubid
