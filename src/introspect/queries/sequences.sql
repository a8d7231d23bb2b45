-- Sequences, with the column that owns them: 'a' for OWNED BY, 'i' for identity.
SELECT c.oid,
       n.nspname AS schema,
       c.relname AS name,
       c.relpersistence = 'u' AS unlogged,
       s.seqtypid AS type_oid,
       s.seqstart AS start,
       s.seqincrement AS increment,
       s.seqmin AS min,
       s.seqmax AS max,
       s.seqcache AS cache,
       s.seqcycle AS cycle,
       d.refobjid AS owner_relation,
       d.refobjsubid AS owner_column,
       d.deptype = 'i' AS is_identity,
       CASE WHEN d.deptype = 'i' THEN
         (SELECT a.attidentity FROM pg_attribute a
          WHERE a.attrelid = d.refobjid AND a.attnum = d.refobjsubid)
       END AS identity
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN pg_depend d
  ON d.classid = 1259 AND d.objid = c.oid AND d.refclassid = 1259 AND d.refobjsubid > 0
  AND d.deptype IN ('a', 'i')
WHERE c.relkind = 'S'
  AND c.relpersistence <> 't'
  AND {{namespaces}}
  AND {{not_extension_member pg_class c.oid}}
ORDER BY n.nspname, c.relname
