-- Conversions between encodings.
SELECT c.oid, n.nspname AS schema, c.conname AS name, c.condefault AS default,
       pg_encoding_to_char(c.conforencoding) AS from,
       pg_encoding_to_char(c.contoencoding) AS to,
       c.conproc AS function
  FROM pg_conversion c
  JOIN pg_namespace n ON n.oid = c.connamespace
 WHERE {{namespaces}} AND {{not_extension_member pg_conversion c.oid}}
 ORDER BY n.nspname, c.conname
