-- Operator classes, to name those in keys that are not the default of the key's type.
SELECT o.oid,
       n.nspname AS schema,
       o.opcname AS name,
       o.opcmethod AS method,
       o.opcdefault AS is_default,
       o.opcintype AS type_oid,
       o.opckeytype <> 0 AS stores_another_type,
       t.typispreferred OR t.typtype = 'p' AS takes_others
FROM pg_opclass o
JOIN pg_namespace n ON n.oid = o.opcnamespace
JOIN pg_type t ON t.oid = o.opcintype
