-- PARTITION BY. Keys that are expressions come as one comma-separated text.
SELECT p.partrelid AS relation,
       p.partstrat AS strategy,
       p.partattrs AS columns,
       p.partclass AS opclasses,
       p.partcollation AS collations,
       CASE WHEN p.partexprs IS NOT NULL THEN pg_get_expr(p.partexprs, p.partrelid) END
         AS expressions,
       ARRAY(SELECT cn.nspname
             FROM unnest(p.partcollation::oid[]) WITH ORDINALITY u(o, k)
             LEFT JOIN pg_collation cl ON cl.oid = u.o
             LEFT JOIN pg_namespace cn ON cn.oid = cl.collnamespace
             ORDER BY u.k) AS collation_schemas,
       ARRAY(SELECT cl.collname
             FROM unnest(p.partcollation::oid[]) WITH ORDINALITY u(o, k)
             LEFT JOIN pg_collation cl ON cl.oid = u.o
             ORDER BY u.k) AS collation_names
FROM pg_partitioned_table p
ORDER BY p.partrelid
