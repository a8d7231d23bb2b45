-- What needs what. Left out: what initdb made, the schema an object is in, extensions, and the links
-- of partitions ('P', 'S'), which the schema itself says.
SELECT d.classid AS class,
       d.objid AS object,
       d.objsubid AS sub,
       d.refclassid AS ref_class,
       d.refobjid AS ref_object,
       d.refobjsubid AS ref_sub,
       d.deptype AS type
FROM pg_depend d
WHERE d.objid >= 16384
  AND d.refobjid >= 16384
  AND d.refclassid NOT IN (2615, 3079)
  AND d.deptype IN ('n', 'a', 'i')
ORDER BY d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
