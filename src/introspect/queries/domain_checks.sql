-- CHECK constraints of domains.
SELECT k.oid, k.contypid AS domain, n.nspname AS schema, t.typname AS domain_name,
       k.conname AS name, pg_get_expr(k.conbin, 0) AS expression, k.convalidated AS validated
  FROM pg_constraint k
  JOIN pg_type t ON t.oid = k.contypid
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE k.contypid <> 0 AND k.contype = 'c' AND {{namespaces}}
 ORDER BY k.contypid, k.conname
