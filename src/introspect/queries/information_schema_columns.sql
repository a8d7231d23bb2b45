-- Tables with their columns, as the standard's views show them. A table without columns has one row.
-- Each view is evaluated once: the planner knows nothing of their sizes. is_updatable is left out: it
-- asks foreign-data wrappers, which may have no handler.
WITH n AS MATERIALIZED (
  SELECT n.* FROM (SELECT table_schema AS nspname, table_name, table_type
                   FROM information_schema.tables) n
  WHERE n.table_type IN ('BASE TABLE', 'FOREIGN') AND {{namespaces}}
), c AS MATERIALIZED (
  SELECT table_schema, table_name, column_name, ordinal_position, column_default, is_nullable,
         data_type, character_maximum_length, numeric_precision, numeric_scale, datetime_precision,
         interval_type, collation_schema, collation_name, domain_schema, domain_name, udt_schema,
         udt_name, dtd_identifier, is_identity, identity_generation, is_generated,
         generation_expression
  FROM information_schema.columns
), e AS MATERIALIZED (
  SELECT object_schema, object_name, collection_type_identifier, data_type, udt_schema, udt_name
  FROM information_schema.element_types WHERE object_type = 'TABLE'
)
SELECT n.nspname AS schema, n.table_name AS table, n.table_type = 'FOREIGN' AS foreign,
       c.column_name AS name,
       CASE WHEN c.domain_name IS NOT NULL
            THEN quote_ident(c.domain_schema) || '.' || quote_ident(c.domain_name)
            WHEN c.data_type = 'ARRAY' AND e.data_type <> 'USER-DEFINED' THEN e.data_type || '[]'
            WHEN c.data_type = 'ARRAY'
            THEN quote_ident(e.udt_schema) || '.' || quote_ident(e.udt_name) || '[]'
            WHEN c.data_type = 'USER-DEFINED'
            THEN quote_ident(c.udt_schema) || '.' || quote_ident(c.udt_name)
            ELSE c.data_type END AS type,
       c.domain_name IS NULL AND c.data_type NOT IN ('ARRAY', 'USER-DEFINED') AS plain,
       c.character_maximum_length AS length,
       c.numeric_precision AS precision,
       c.numeric_scale AS scale,
       c.datetime_precision AS fraction,
       c.interval_type AS fields,
       c.is_nullable = 'NO' AS not_null,
       c.column_default AS default,
       c.is_identity = 'YES' AS identity,
       c.identity_generation = 'ALWAYS' AS identity_always,
       c.is_generated = 'ALWAYS' AS generated,
       c.generation_expression AS generation,
       c.collation_schema,
       c.collation_name
FROM n
LEFT JOIN c ON c.table_schema = n.nspname AND c.table_name = n.table_name
LEFT JOIN e
  ON e.object_schema = n.nspname AND e.object_name = n.table_name
  AND e.collection_type_identifier = c.dtd_identifier
ORDER BY n.nspname, n.table_name, c.ordinal_position
