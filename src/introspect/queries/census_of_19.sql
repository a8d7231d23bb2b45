-- What PostgreSQL 19 added and no reader takes.
SELECT 6100 AS class, 0::oid AS object, 'FOR ALL SEQUENCES of publication' AS what, p.pubname::text AS name
FROM pg_publication p
WHERE p.puballsequences
UNION ALL
SELECT 6100, 0::oid, 'EXCEPT of publication ' || p.pubname, r.prrelid::regclass::text
FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
WHERE r.prexcept
UNION ALL
SELECT 6100, 0::oid, 'connection function of foreign-data wrapper', w.fdwname::text
FROM pg_foreign_data_wrapper w
WHERE w.fdwconnection <> 0 AND {{not_extension_member pg_foreign_data_wrapper w.oid}}
ORDER BY 3, 4
