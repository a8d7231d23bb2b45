-- PARTITION BY. Keys that are expressions come as one comma-separated text.
SELECT p.partrelid AS relation,
       p.partstrat AS strategy,
       p.partattrs AS columns,
       p.partclass AS opclasses,
       p.partcollation AS collations,
       CASE WHEN p.partexprs IS NOT NULL THEN pg_get_expr(p.partexprs, p.partrelid) END
         AS expressions,
       p.partcollation::oid[]::regcollation[] AS collation_names
FROM pg_partitioned_table p
ORDER BY p.partrelid
