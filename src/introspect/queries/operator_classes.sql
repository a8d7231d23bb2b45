-- Operator classes.
SELECT c.oid, n.nspname AS schema, c.opcname AS name, m.amname AS method,
       c.opcdefault AS default, format_type(c.opcintype, NULL) AS type,
       c.opcfamily AS family, fn.nspname AS family_schema, f.opfname AS family_name,
       format_type(NULLIF(c.opckeytype, 0), NULL) AS storage
  FROM pg_opclass c
  JOIN pg_namespace n ON n.oid = c.opcnamespace
  JOIN pg_am m ON m.oid = c.opcmethod
  JOIN pg_opfamily f ON f.oid = c.opcfamily
  JOIN pg_namespace fn ON fn.oid = f.opfnamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_opclass c.oid}}
 ORDER BY n.nspname, c.opcname, m.amname
