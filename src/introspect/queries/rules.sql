-- Rewrite rules of tables and views, but for those that make a view a view.
SELECT r.oid, r.ev_class AS relation, r.rulename AS name, r.ev_enabled AS enabled,
       pg_get_ruledef(r.oid) AS definition
  FROM pg_rewrite r
  JOIN pg_class c ON c.oid = r.ev_class
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE r.rulename <> '_RETURN' AND {{namespaces}}
   AND {{not_extension_member pg_rewrite r.oid}}
 ORDER BY r.ev_class, r.rulename
