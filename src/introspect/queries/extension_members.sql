-- What extensions have made and privileges can be granted on: each with what it has beyond the default of a new object
-- and what of that was revoked, now and when its extension was created ("first"). A row for each such privilege; one with
-- NULLs where there is none.
SELECT x.extname AS extension,
       x.extversion AS version,
       h.nspname AS home,
       m.what,
       n.nspname AS schema,
       m.name,
       m.arguments,
       m.column_name,
       e.first,
       e.revoked,
       CASE WHEN e.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee) END AS role,
       e.privilege_type AS privilege,
       e.is_grantable AS grant_option
FROM pg_extension x
JOIN pg_namespace h ON h.oid = x.extnamespace
JOIN pg_depend d ON d.refclassid = 3079 AND d.refobjid = x.oid AND d.deptype = 'e'
JOIN (
  SELECT 1259 AS class, oid AS object, 0 AS sub, relnamespace AS namespace, relname AS name, NULL::text[] AS arguments,
         NULL::name AS column_name, CASE relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS what, relacl AS acl,
         acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner) AS usual
  FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 1259, c.oid, a.attnum, c.relnamespace, c.relname, NULL, a.attname, 'table', a.attacl,
                   acldefault('c', c.relowner)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL
  UNION ALL SELECT 1255, oid, 0, pronamespace, proname,
                   ARRAY(SELECT format_type(t.type, NULL) FROM unnest(proargtypes) WITH ORDINALITY t (type, place)
                         ORDER BY t.place),
                   NULL, CASE prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, proacl, acldefault('f', proowner)
  FROM pg_proc
  UNION ALL SELECT 1247, oid, 0, typnamespace, typname, NULL, NULL, 'type', typacl, acldefault('T', typowner)
  FROM pg_type
  UNION ALL SELECT 2612, oid, 0, 0, lanname, NULL, NULL, 'language', lanacl, acldefault('l', lanowner)
  FROM pg_language
  UNION ALL SELECT 2328, oid, 0, 0, fdwname, NULL, NULL, 'wrapper', fdwacl, acldefault('F', fdwowner)
  FROM pg_foreign_data_wrapper
  UNION ALL SELECT 1417, oid, 0, 0, srvname, NULL, NULL, 'server', srvacl, acldefault('S', srvowner)
  FROM pg_foreign_server
  UNION ALL SELECT 2615, oid, 0, 0, nspname, NULL, NULL, 'schema', nspacl, acldefault('n', nspowner)
  FROM pg_namespace
) m ON m.class = d.classid AND m.object = d.objid
LEFT JOIN pg_namespace n ON n.oid = m.namespace
LEFT JOIN pg_init_privs i ON i.classoid = m.class AND i.objoid = m.object AND i.objsubid = m.sub
LEFT JOIN LATERAL (
  (SELECT false AS first, false AS revoked, grantee, privilege_type, is_grantable FROM aclexplode(m.acl)
   EXCEPT SELECT false, false, grantee, privilege_type, is_grantable FROM aclexplode(m.usual))
  UNION ALL
  (SELECT false, true, grantee, privilege_type, false FROM aclexplode(m.usual) WHERE m.acl IS NOT NULL
   EXCEPT SELECT false, true, grantee, privilege_type, false FROM aclexplode(m.acl))
  UNION ALL
  (SELECT true, false, grantee, privilege_type, is_grantable FROM aclexplode(i.initprivs)
   EXCEPT SELECT true, false, grantee, privilege_type, is_grantable FROM aclexplode(m.usual))
  UNION ALL
  (SELECT true, true, grantee, privilege_type, false FROM aclexplode(m.usual) WHERE i.initprivs IS NOT NULL
   EXCEPT SELECT true, true, grantee, privilege_type, false FROM aclexplode(i.initprivs))
) e ON true
WHERE x.extname <> 'plpgsql'
ORDER BY x.extname, m.what, n.nspname, m.name, m.arguments, m.column_name, e.first, e.revoked, 11, e.is_grantable,
         e.privilege_type
