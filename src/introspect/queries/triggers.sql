-- Triggers of tables and views. A partition's copy of its parent's trigger comes with the parent's; it is
-- listed (clone) only where its state differs from the parent's, which is reported.
SELECT g.oid, g.tgrelid AS relation, g.tgname AS name, g.tgtype AS type, g.tgenabled AS enabled,
       g.tgconstraint AS constraint_oid, g.tgdeferrable AS deferrable,
       g.tginitdeferred AS initially_deferred, g.tgparentid <> 0 AS clone,
       g.tgattr AS update_of,
       CASE WHEN g.tgqual IS NOT NULL THEN pg_get_triggerdef(g.oid) END AS definition,
       g.tgfoid::regproc AS function,
       g.tgnargs AS argument_count, encode(g.tgargs, 'hex') AS arguments,
       g.tgconstrrelid::regclass AS from_table,
       g.tgoldtable AS old_table, g.tgnewtable AS new_table
  FROM pg_trigger g
  JOIN pg_class c ON c.oid = g.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_trigger p ON p.oid = g.tgparentid AND g.tgparentid <> 0
 WHERE NOT g.tgisinternal AND {{namespaces}}
   AND (g.tgparentid = 0 OR g.tgenabled <> p.tgenabled)
 ORDER BY g.tgrelid, g.tgname
