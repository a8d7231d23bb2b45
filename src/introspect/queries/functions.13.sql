-- Functions, window functions and procedures, before standard-SQL bodies. A range type's constructors and what else hangs
-- internally on another object are made with that object.
SELECT p.oid, n.nspname AS schema, p.proname AS name, l.lanname AS language, p.prokind AS kind,
       p.prosecdef AS security_definer, p.proleakproof AS leakproof, p.proisstrict AS strict,
       p.proretset AS returns_set, p.provolatile AS volatility, p.proparallel AS parallel,
       p.procost AS cost, p.prorows AS rows,
       format_type(p.prorettype, NULL) AS returns,
       p.proargnames AS argument_names, p.proargmodes::text[] AS argument_modes,
       COALESCE(p.proallargtypes, p.proargtypes::oid[])::regtype[] AS argument_types,
       CASE WHEN p.pronargdefaults > 0 THEN
         ARRAY(SELECT COALESCE(pg_get_function_arg_default(p.oid, i), '')
                 FROM generate_series(1,
                   COALESCE(cardinality(p.proallargtypes), p.pronargs)) AS i
                ORDER BY i) END AS argument_defaults,
       p.prosrc AS body, p.probin AS library,
       NULL AS sql_body,
       p.proconfig AS settings,
       p.prosupport AS support,
       p.protrftypes::regtype[] AS transform_types
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
 WHERE {{namespaces}} AND p.prokind <> 'a'
   AND {{not_extension_member pg_proc p.oid}}
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_proc'::regclass
                      AND d.objid = p.oid AND d.deptype = 'i')
 ORDER BY n.nspname, p.proname, oidvectortypes(p.proargtypes)
