-- Columns of primary keys, uniques and foreign keys in their order.
SELECT n.nspname AS schema, n.table_name AS table, n.constraint_name AS name,
       n.column_name AS column, n.position_in_unique_constraint AS target_position
FROM (SELECT constraint_schema AS nspname, table_name, constraint_name, column_name,
             ordinal_position, position_in_unique_constraint
      FROM information_schema.key_column_usage) n
WHERE {{namespaces}}
ORDER BY n.nspname, n.table_name, n.constraint_name, n.ordinal_position
