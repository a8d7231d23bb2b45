-- Aggregates: ordinary, ordered-set and hypothetical-set.
SELECT p.oid, n.nspname AS schema, p.proname AS name,
       a.aggkind AS kind, a.aggnumdirectargs AS direct_arguments, p.proparallel AS parallel,
       p.proargnames AS argument_names, p.proargmodes::text[] AS argument_modes,
       ARRAY(SELECT format_type(t.oid, NULL)
               FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t(oid, position)
              ORDER BY t.position) AS argument_types,
       fn.nspname AS sfunc_schema, f.proname AS sfunc_name,
       format_type(a.aggtranstype, NULL) AS stype, a.aggtransspace AS sspace,
       ffn.nspname AS finalfunc_schema, ff.proname AS finalfunc_name,
       a.aggfinalextra AS finalfunc_extra, a.aggfinalmodify AS finalfunc_modify,
       cn.nspname AS combinefunc_schema, c.proname AS combinefunc_name,
       sn.nspname AS serialfunc_schema, s.proname AS serialfunc_name,
       dn.nspname AS deserialfunc_schema, d.proname AS deserialfunc_name,
       a.agginitval AS initcond,
       mn.nspname AS msfunc_schema, m.proname AS msfunc_name,
       min.nspname AS minvfunc_schema, mi.proname AS minvfunc_name,
       format_type(NULLIF(a.aggmtranstype, 0), NULL) AS mstype,
       a.aggmtransspace AS msspace,
       mfn.nspname AS mfinalfunc_schema, mf.proname AS mfinalfunc_name,
       a.aggmfinalextra AS mfinalfunc_extra, a.aggmfinalmodify AS mfinalfunc_modify,
       a.aggminitval AS minitcond,
       quote_ident(onn.nspname) AS sortop_schema, o.oprname AS sortop_name
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_aggregate a ON a.aggfnoid = p.oid
  JOIN pg_proc f ON f.oid = a.aggtransfn
  JOIN pg_namespace fn ON fn.oid = f.pronamespace
  LEFT JOIN (pg_proc ff JOIN pg_namespace ffn ON ffn.oid = ff.pronamespace)
         ON ff.oid = a.aggfinalfn
  LEFT JOIN (pg_proc c JOIN pg_namespace cn ON cn.oid = c.pronamespace)
         ON c.oid = a.aggcombinefn
  LEFT JOIN (pg_proc s JOIN pg_namespace sn ON sn.oid = s.pronamespace)
         ON s.oid = a.aggserialfn
  LEFT JOIN (pg_proc d JOIN pg_namespace dn ON dn.oid = d.pronamespace)
         ON d.oid = a.aggdeserialfn
  LEFT JOIN (pg_proc m JOIN pg_namespace mn ON mn.oid = m.pronamespace)
         ON m.oid = a.aggmtransfn
  LEFT JOIN (pg_proc mi JOIN pg_namespace min ON min.oid = mi.pronamespace)
         ON mi.oid = a.aggminvtransfn
  LEFT JOIN (pg_proc mf JOIN pg_namespace mfn ON mfn.oid = mf.pronamespace)
         ON mf.oid = a.aggmfinalfn
  LEFT JOIN (pg_operator o JOIN pg_namespace onn ON onn.oid = o.oprnamespace)
         ON o.oid = a.aggsortop
 WHERE {{namespaces}} AND {{not_extension_member pg_proc p.oid}} AND p.prokind = 'a'
 ORDER BY n.nspname, p.proname, oidvectortypes(p.proargtypes)
