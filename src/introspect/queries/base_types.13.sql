-- Base types and shells (typisdefined false), as PostgreSQL 13 has them: no subscripting function.
SELECT t.oid, t.typarray AS array_type, n.nspname AS schema, t.typname AS name,
       t.typisdefined AS defined, t.typinput AS input, t.typoutput AS output,
       NULLIF(t.typreceive, 0)::regproc AS receive, NULLIF(t.typsend, 0)::regproc AS send,
       NULLIF(t.typmodin, 0)::regproc AS typmod_in, NULLIF(t.typmodout, 0)::regproc AS typmod_out,
       NULLIF(t.typanalyze, 0)::regproc AS analyze, NULL::regproc AS subscript,
       t.typlen AS length, t.typbyval AS passed_by_value, t.typalign AS alignment,
       t.typstorage AS storage, t.typcategory AS category, t.typispreferred AS preferred,
       t.typdefault AS default, format_type(NULLIF(t.typelem, 0), NULL) AS element,
       t.typdelim AS delimiter, t.typcollation <> 0 AS collatable
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE (t.typtype = 'b' OR NOT t.typisdefined) AND {{namespaces}}
   AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
   AND {{not_extension_member pg_type t.oid}}
 ORDER BY n.nspname, t.typname
