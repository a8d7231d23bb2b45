-- Operators and support functions of operator classes and, where they hang on no class, of families:
-- the internal (class) or automatic (family) dependency of the member says which.
SELECT d.refclassid::oid AS class_oid, d.refobjid AS object_oid, o.oid AS member_class,
       a.oid AS member, a.amopstrategy AS number,
       a.amopopr::regoperator::text AS signature,
       NULL AS "left", NULL AS "right", sn.nspname AS sort_schema, s.opfname AS sort_name
  FROM pg_amop a
  JOIN (VALUES ('pg_amop'::regclass::oid)) AS o(oid) ON true
  JOIN pg_depend d ON d.classid = o.oid AND d.objid = a.oid
   AND d.refclassid IN ('pg_opclass'::regclass,
                        'pg_opfamily'::regclass)
  LEFT JOIN (pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace)
         ON s.oid = a.amopsortfamily
UNION ALL
SELECT d.refclassid::oid, d.refobjid, o.oid, a.oid, a.amprocnum,
       a.amproc::regprocedure::text,
       format_type(a.amproclefttype, NULL),
       format_type(a.amprocrighttype, NULL), NULL, NULL
  FROM pg_amproc a
  JOIN (VALUES ('pg_amproc'::regclass::oid)) AS o(oid) ON true
  JOIN pg_depend d ON d.classid = o.oid AND d.objid = a.oid
   AND d.refclassid IN ('pg_opclass'::regclass,
                        'pg_opfamily'::regclass)
 ORDER BY 3, 5, 7, 8, 6
