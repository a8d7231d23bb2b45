-- Range types. What is the subtype's own (operator class, collation) is NULL.
SELECT t.oid, t.typarray AS array_type, m.oid AS multirange, m.typarray AS multirange_array,
       n.nspname AS schema, t.typname AS name, format_type(s.oid, NULL) AS subtype,
       CASE WHEN NOT o.opcdefault THEN opn.nspname END AS opclass_schema,
       CASE WHEN NOT o.opcdefault THEN o.opcname END AS opclass_name,
       ln.nspname AS collation_schema, l.collname AS collation_name,
       cn.nspname AS canonical_schema, c.proname AS canonical_name,
       dn.nspname AS diff_schema, d.proname AS diff_name,
       m.typname AS multirange_name
  FROM pg_range r
  JOIN pg_type t ON t.oid = r.rngtypid
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_type s ON s.oid = r.rngsubtype
  JOIN pg_opclass o ON o.oid = r.rngsubopc
  JOIN pg_namespace opn ON opn.oid = o.opcnamespace
  JOIN pg_type m ON m.oid = r.rngmultitypid
  LEFT JOIN (pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace)
         ON l.oid = r.rngcollation AND r.rngcollation <> s.typcollation
  LEFT JOIN (pg_proc c JOIN pg_namespace cn ON cn.oid = c.pronamespace) ON c.oid = r.rngcanonical
  LEFT JOIN (pg_proc d JOIN pg_namespace dn ON dn.oid = d.pronamespace) ON d.oid = r.rngsubdiff
 WHERE {{namespaces}} AND {{not_extension_member pg_type t.oid}}
 ORDER BY n.nspname, t.typname
