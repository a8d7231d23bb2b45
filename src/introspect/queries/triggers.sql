-- Triggers of tables and views. A partition's copy of its parent's trigger comes with the parent's; it is
-- listed (clone) only where its state differs from the parent's, which is reported.
SELECT g.oid, g.tgrelid AS relation, g.tgname AS name, g.tgtype AS type, g.tgenabled AS enabled,
       g.tgconstraint AS constraint_oid, g.tgdeferrable AS deferrable,
       g.tginitdeferred AS initially_deferred, g.tgparentid <> 0 AS clone,
       ARRAY(SELECT a.attname::text
               FROM unnest(g.tgattr::int2[]) WITH ORDINALITY AS u(number, position)
               JOIN pg_attribute a ON a.attrelid = g.tgrelid AND a.attnum = u.number
              ORDER BY u.position) AS update_of,
       CASE WHEN g.tgqual IS NOT NULL THEN pg_get_triggerdef(g.oid) END AS definition,
       fn.nspname AS function_schema, f.proname AS function_name,
       g.tgnargs AS argument_count, encode(g.tgargs, 'hex') AS arguments,
       rn.nspname AS from_schema, r.relname AS from_name,
       g.tgoldtable AS old_table, g.tgnewtable AS new_table
  FROM pg_trigger g
  JOIN pg_class c ON c.oid = g.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_proc f ON f.oid = g.tgfoid
  JOIN pg_namespace fn ON fn.oid = f.pronamespace
  LEFT JOIN pg_trigger p ON p.oid = g.tgparentid AND g.tgparentid <> 0
  LEFT JOIN pg_class r ON r.oid = g.tgconstrrelid AND g.tgconstrrelid <> 0
  LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
 WHERE NOT g.tgisinternal AND {{namespaces}}
   AND (g.tgparentid = 0 OR g.tgenabled <> p.tgenabled)
   AND {{not_extension_member pg_trigger g.oid}}
 ORDER BY g.tgrelid, g.tgname
