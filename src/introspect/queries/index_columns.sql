-- What keys of indexes carry beyond pg_index: parameters of the operator class, statistics targets.
-- pg_attver is a stamp of the server's own.
SELECT a.attrelid AS index, a.attnum AS number, a.attoptions AS options, a.attstattarget AS statistics,
       i.indclass[a.attnum - 1] AS opclass
FROM pg_attribute a
JOIN pg_index i ON i.indexrelid = a.attrelid
JOIN pg_class c ON c.oid = a.attrelid
WHERE (a.attoptions[1] NOT LIKE 'pg\_attver=%' OR cardinality(a.attoptions) > 1 OR a.attstattarget >= 0)
  AND a.attnum > 0
  AND a.attrelid >= 16384
  AND c.relkind IN ('i', 'I')
