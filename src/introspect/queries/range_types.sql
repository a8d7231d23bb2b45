-- Range types. What is the subtype's own (operator class, collation) is NULL.
SELECT t.oid, t.typarray AS array_type, m.oid AS multirange, m.typarray AS multirange_array,
       n.nspname AS schema, t.typname AS name, format_type(s.oid, NULL) AS subtype,
       CASE WHEN NOT o.opcdefault THEN opn.nspname END AS opclass_schema,
       CASE WHEN NOT o.opcdefault THEN o.opcname END AS opclass_name,
       CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation END
         AS collation,
       r.rngcanonical AS canonical, r.rngsubdiff AS diff,
       m.typname AS multirange_name
  FROM pg_range r
  JOIN pg_type t ON t.oid = r.rngtypid
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_type s ON s.oid = r.rngsubtype
  JOIN pg_opclass o ON o.oid = r.rngsubopc
  JOIN pg_namespace opn ON opn.oid = o.opcnamespace
  JOIN pg_type m ON m.oid = r.rngmultitypid
 WHERE {{namespaces}} AND {{not_extension_member pg_type t.oid}}
 ORDER BY n.nspname, t.typname
