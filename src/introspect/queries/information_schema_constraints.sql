-- Constraints of tables. What the standard knows by the constraint's name alone (the condition, the
-- rules of a foreign key) is given where that name says one thing alone in its schema. A NOT NULL
-- constraint looks like a CHECK whose clause has no parentheses.
WITH n AS MATERIALIZED (
  SELECT n.*
  FROM (SELECT constraint_schema AS nspname, table_name, constraint_name, constraint_type,
               is_deferrable, initially_deferred
        FROM information_schema.table_constraints) n
  WHERE {{namespaces}}
), k AS MATERIALIZED (
  SELECT constraint_schema, constraint_name, min(check_clause) AS clause
  FROM information_schema.check_constraints
  GROUP BY 1, 2 HAVING count(DISTINCT check_clause) = 1
), r AS MATERIALIZED (
  SELECT constraint_schema, constraint_name,
         min(unique_constraint_schema) AS target_schema, min(unique_constraint_name) AS target_name,
         min(match_option) AS match, min(update_rule) AS on_update, min(delete_rule) AS on_delete
  FROM information_schema.referential_constraints
  GROUP BY 1, 2 HAVING count(*) = 1
)
SELECT n.nspname AS schema, n.table_name AS table, n.constraint_name AS name,
       n.constraint_type AS type,
       n.is_deferrable = 'YES' AS deferrable,
       n.initially_deferred = 'YES' AS deferred,
       k.clause,
       r.target_schema, r.target_name, r.match, r.on_update, r.on_delete
FROM n
LEFT JOIN k ON k.constraint_schema = n.nspname AND k.constraint_name = n.constraint_name
LEFT JOIN r ON r.constraint_schema = n.nspname AND r.constraint_name = n.constraint_name
ORDER BY n.nspname, n.table_name, n.constraint_name
