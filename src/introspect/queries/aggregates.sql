-- Aggregates: ordinary, ordered-set and hypothetical-set.
SELECT p.oid, n.nspname AS schema, p.proname AS name,
       a.aggkind AS kind, a.aggnumdirectargs AS direct_arguments, p.proparallel AS parallel,
       p.proargnames AS argument_names, p.proargmodes::text[] AS argument_modes,
       p.proargtypes::oid[]::regtype[] AS argument_types,
       a.aggtransfn AS sfunc,
       format_type(a.aggtranstype, NULL) AS stype, a.aggtransspace AS sspace,
       a.aggfinalfn AS finalfunc,
       a.aggfinalextra AS finalfunc_extra, a.aggfinalmodify AS finalfunc_modify,
       a.aggcombinefn AS combinefunc,
       a.aggserialfn AS serialfunc,
       a.aggdeserialfn AS deserialfunc,
       a.agginitval AS initcond,
       a.aggmtransfn AS msfunc, a.aggminvtransfn AS minvfunc,
       format_type(NULLIF(a.aggmtranstype, 0), NULL) AS mstype,
       a.aggmtransspace AS msspace,
       a.aggmfinalfn AS mfinalfunc,
       a.aggmfinalextra AS mfinalfunc_extra, a.aggmfinalmodify AS mfinalfunc_modify,
       a.aggminitval AS minitcond,
       quote_ident(onn.nspname) AS sortop_schema, o.oprname AS sortop_name
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_aggregate a ON a.aggfnoid = p.oid
  LEFT JOIN (pg_operator o JOIN pg_namespace onn ON onn.oid = o.oprnamespace)
         ON o.oid = a.aggsortop
 WHERE {{namespaces}} AND {{not_extension_member pg_proc p.oid}} AND p.prokind = 'a'
 ORDER BY n.nspname, p.proname, oidvectortypes(p.proargtypes)
