-- Collations for this database's encoding.
SELECT l.oid, n.nspname AS schema, l.collname AS name, l.collprovider AS provider,
       l.colllocale AS locale, l.collcollate AS lc_collate, l.collctype AS lc_ctype,
       l.collisdeterministic AS deterministic, l.collicurules AS rules
  FROM pg_collation l
  JOIN pg_namespace n ON n.oid = l.collnamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_collation l.oid}}
   AND l.collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))
 ORDER BY n.nspname, l.collname
