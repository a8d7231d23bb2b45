-- Operators and support functions of operator classes and, where they belong to no class, of families:
-- the internal (class) or automatic (family) dependency of the member says which. 2602 is pg_amop,
-- 2603 pg_amproc, 2616 pg_opclass, 2753 pg_opfamily.
SELECT d.refclassid AS class_oid, d.refobjid AS object_oid, 2602 AS member_class,
       a.oid AS member, a.amopstrategy AS number,
       a.amopopr::regoperator::text AS signature,
       NULL AS "left", NULL AS "right", sn.nspname AS sort_schema, s.opfname AS sort_name
  FROM pg_depend d
  JOIN pg_amop a ON a.oid = d.objid
  LEFT JOIN (pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace)
         ON s.oid = a.amopsortfamily
 WHERE d.refclassid IN (2616, 2753) AND d.refobjid >= 16384 AND d.classid = 2602
UNION ALL
SELECT d.refclassid, d.refobjid, 2603, a.oid, a.amprocnum,
       a.amproc::regprocedure::text,
       format_type(a.amproclefttype, NULL),
       format_type(a.amprocrighttype, NULL), NULL, NULL
  FROM pg_depend d
  JOIN pg_amproc a ON a.oid = d.objid
 WHERE d.refclassid IN (2616, 2753) AND d.refobjid >= 16384 AND d.classid = 2603
 ORDER BY 3, 5, 7, 8, 6
