-- Indexes, and the primary key, unique and exclusion constraints that own some of them.
SELECT i.indexrelid AS oid,
       i.indrelid AS relation,
       ic.relname AS name,
       ic.relkind = 'I' AS partitioned,
       am.amname AS method,
       i.indisunique AS is_unique,
       false AS nulls_not_distinct,
       i.indisclustered AS clustered,
       i.indisreplident AS replica_identity,
       i.indisvalid AND i.indisready AND i.indislive AS valid,
       CASE WHEN ic.relkind = 'I' AND NOT i.indisvalid THEN
         EXISTS (SELECT
                 FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid
                 WHERE h.inhparent = i.indrelid AND p.relkind IN ('r', 'p')
                   AND NOT EXISTS (SELECT
                                   FROM pg_inherits a JOIN pg_index x ON x.indexrelid = a.inhrelid
                                   WHERE a.inhparent = i.indexrelid AND x.indrelid = h.inhrelid))
       END AS incomplete,
       i.indnkeyatts AS key_count,
       i.indkey AS columns,
       i.indclass AS opclasses,
       i.indcollation AS collations,
       i.indoption AS flags,
       CASE WHEN i.indexprs IS NOT NULL THEN
         ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false)
               FROM generate_series(1, i.indnkeyatts::integer) k)
       END AS expressions,
       CASE WHEN i.indexprs IS NOT NULL THEN
         ARRAY(SELECT a.atttypid::text FROM pg_attribute a
               WHERE a.attrelid = i.indexrelid AND a.attnum > 0 ORDER BY a.attnum)
       END AS expression_types,
       CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END AS predicate,
       CASE WHEN NOT i.indcollation::oid[] <@ '{0,100}' THEN i.indcollation::oid[]::regcollation[] END
         AS collation_names,
       ic.reloptions AS options,
       CASE WHEN ic.reltablespace <> 0 THEN
         (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = ic.reltablespace)
       END AS tablespace,
       con.oid AS constraint_oid,
       con.conname AS constraint_name,
       con.contype AS constraint_type,
       con.condeferrable AS deferrable,
       con.condeferred AS deferred,
       false AS without_overlaps,
       CASE WHEN con.contype = 'x' THEN
         ARRAY(SELECT CASE WHEN o.oprnamespace = 'pg_catalog'::regnamespace THEN o.oprname::text
                           ELSE quote_ident(ns.nspname) || '.' || o.oprname END
               FROM unnest(con.conexclop) WITH ORDINALITY u(o, k)
               JOIN pg_operator o ON o.oid = u.o
               JOIN pg_namespace ns ON ns.oid = o.oprnamespace
               ORDER BY u.k)
       END AS operators,
       CASE WHEN ic.relispartition THEN
         (SELECT p.relname
          FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
          WHERE h.inhrelid = i.indexrelid)
       END AS attached_to,
       CASE WHEN con.conparentid <> 0 THEN
         (SELECT p.conname FROM pg_constraint p WHERE p.oid = con.conparentid)
       END AS attached_to_constraint
FROM pg_index i
JOIN pg_class ic ON ic.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = ic.relnamespace
JOIN pg_am am ON am.oid = ic.relam
LEFT JOIN pg_constraint con
  ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid AND con.contype IN ('p', 'u', 'x')
WHERE {{namespaces}}
  AND i.indexrelid::bigint >= 16384
ORDER BY ic.relname
