-- CHECK, FOREIGN KEY and NOT NULL constraints of tables. A foreign key that PostgreSQL cloned from a
-- partitioned parent, or made for the partitions of the table that it names, has a parent.
SELECT con.oid,
       con.conrelid AS relation,
       con.conname AS name,
       con.contype AS type,
       con.condeferrable AS deferrable,
       con.condeferred AS deferred,
       con.convalidated AS valid,
       con.conenforced AS enforced,
       con.conislocal AS local,
       con.coninhcount > 0 AS inherited,
       con.connoinherit AS no_inherit,
       con.conkey AS columns,
       CASE WHEN con.contype = 'c' THEN pg_get_expr(con.conbin, con.conrelid) END AS expression,
       con.confrelid AS target_oid,
       fn.nspname AS target_schema,
       f.relname AS target,
       con.confkey AS target_columns,
       CASE WHEN f.relnamespace <> con.connamespace THEN
         ARRAY(SELECT a.attname
               FROM unnest(con.confkey) WITH ORDINALITY u(o, k)
               JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = u.o
               ORDER BY u.k)
       END AS target_column_names,
       con.confmatchtype AS match,
       con.confdeltype AS on_delete,
       con.confupdtype AS on_update,
       con.confdelsetcols AS on_delete_columns,
       con.conperiod AS period
FROM pg_constraint con
JOIN pg_namespace n ON n.oid = con.connamespace
LEFT JOIN pg_class f ON f.oid = con.confrelid AND con.contype = 'f'
LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE con.contype NOT IN ('p', 'u', 'x', 't')
  AND con.conrelid >= 16384
  AND con.conparentid = 0
  AND {{namespaces}}
ORDER BY con.conname
