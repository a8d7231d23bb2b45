-- Collations for this database's encoding. Up to PostgreSQL 14 a locale of ICU stands where those
-- of libc do.
SELECT l.oid, n.nspname AS schema, l.collname AS name, l.collprovider AS provider,
       CASE l.collprovider WHEN 'i' THEN l.collcollate END AS locale, l.collcollate AS lc_collate, l.collctype AS lc_ctype,
       l.collisdeterministic AS deterministic, NULL::text AS rules
  FROM pg_collation l
  JOIN pg_namespace n ON n.oid = l.collnamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_collation l.oid}}
   AND l.collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))
 ORDER BY n.nspname, l.collname
