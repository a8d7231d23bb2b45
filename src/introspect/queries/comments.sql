-- Comments. Of the objects with an OID of initdb's only the schema public can carry one of the user's; that it has
-- an empty one means none.
SELECT d.classoid AS class, d.objoid AS object, d.objsubid AS sub, d.description AS comment
FROM pg_description d
WHERE d.objoid >= 16384
   OR d.objoid = 2200 AND d.classoid = 2615
UNION ALL
SELECT 2615, n.oid, 0, ''
FROM pg_namespace n
WHERE n.nspname = 'public'
  AND NOT EXISTS (SELECT FROM pg_description d WHERE d.classoid = 2615 AND d.objoid = n.oid)
ORDER BY 1, 2, 3
