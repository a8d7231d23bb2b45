-- The schemas of publications.
SELECT s.oid, s.pnpubid AS publication, s.pnnspid AS namespace
  FROM pg_publication_namespace s
  JOIN pg_namespace n ON n.oid = s.pnnspid
 ORDER BY s.pnpubid, n.nspname
