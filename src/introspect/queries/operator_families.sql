-- Operator families. `implied` says that the family is no more than what CREATE OPERATOR CLASS made
-- for a class of its own name: one class, no loose members, no comment, the same owner.
SELECT f.oid, n.nspname AS schema, f.opfname AS name, m.amname AS method,
       NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.refclassid = 'pg_opfamily'::regclass
                      AND d.refobjid = f.oid
                      AND d.classid IN ('pg_amop'::regclass,
                                        'pg_amproc'::regclass))
       AND NOT EXISTS (SELECT FROM pg_description d
                        WHERE d.classoid = 'pg_opfamily'::regclass
                          AND d.objoid = f.oid)
       AND (SELECT count(*) = 1
                   AND bool_and(c.opcname = f.opfname
                                           AND c.opcnamespace = f.opfnamespace
                                           AND c.opcowner = f.opfowner)
              FROM pg_opclass c WHERE c.opcfamily = f.oid) AS implied
  FROM pg_opfamily f
  JOIN pg_namespace n ON n.oid = f.opfnamespace
  JOIN pg_am m ON m.oid = f.opfmethod
 WHERE {{namespaces}} AND {{not_extension_member pg_opfamily f.oid}}
 ORDER BY n.nspname, f.opfname, m.amname
