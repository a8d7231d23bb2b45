-- Parents of tables: INHERITS (in their order) and PARTITION OF.
SELECT i.inhrelid AS child,
       pn.nspname AS schema,
       p.relname AS name,
       p.oid AS parent,
       p.relkind = 'p' AS partition,
       i.inhdetachpending AS detach_pending
FROM pg_inherits i
JOIN pg_class p ON p.oid = i.inhparent
JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE p.relkind IN ('r', 'p', 'f')
ORDER BY i.inhrelid, i.inhseqno
