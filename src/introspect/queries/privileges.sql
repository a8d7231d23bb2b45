-- Privileges: what is granted beyond the default of a new object, and what of the default was revoked.
-- The default of the schema public is what initdb gives it.
SELECT a.class,
       a.object,
       a.sub,
       e.revoked,
       CASE WHEN e.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee) END AS role,
       e.privilege_type AS privilege,
       e.is_grantable AS grant_option
FROM (
  SELECT 1259 AS class, oid AS object, 0 AS sub, relacl AS acl,
         acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner) AS usual
  FROM pg_class WHERE relacl IS NOT NULL
  UNION ALL SELECT 1259, attrelid, attnum, attacl, acldefault('c', 10)
  FROM pg_attribute WHERE attacl IS NOT NULL
  UNION ALL SELECT 1255, oid, 0, proacl, acldefault('f', proowner)
  FROM pg_proc WHERE proacl IS NOT NULL
  UNION ALL SELECT 1247, oid, 0, typacl, acldefault('T', typowner)
  FROM pg_type WHERE typacl IS NOT NULL
  UNION ALL SELECT 2612, oid, 0, lanacl, acldefault('l', lanowner)
  FROM pg_language WHERE lanacl IS NOT NULL
  UNION ALL SELECT 2328, oid, 0, fdwacl, acldefault('F', fdwowner)
  FROM pg_foreign_data_wrapper WHERE fdwacl IS NOT NULL
  UNION ALL SELECT 1417, oid, 0, srvacl, acldefault('S', srvowner)
  FROM pg_foreign_server WHERE srvacl IS NOT NULL
  UNION ALL SELECT 2615, oid, 0, coalesce(nspacl, acldefault('n', nspowner)),
         CASE WHEN nspname <> 'public' THEN acldefault('n', nspowner)
              WHEN current_setting('server_version_num')::integer >= 150000
              THEN acldefault('n', nspowner) || makeaclitem(0, nspowner, 'USAGE', false)
              ELSE acldefault('n', nspowner) || makeaclitem(0, nspowner, 'USAGE', false)
                   || makeaclitem(0, nspowner, 'CREATE', false)
         END
  FROM pg_namespace WHERE nspacl IS NOT NULL OR nspname = 'public'
) a
CROSS JOIN LATERAL (
  (SELECT false AS revoked, grantee, privilege_type, is_grantable FROM aclexplode(a.acl)
   EXCEPT SELECT false, grantee, privilege_type, is_grantable FROM aclexplode(a.usual))
  UNION ALL
  (SELECT true, grantee, privilege_type, false FROM aclexplode(a.usual)
   EXCEPT SELECT true, grantee, privilege_type, false FROM aclexplode(a.acl))
) e
WHERE a.object >= 16384 OR a.class = 2615 AND a.object = 2200
ORDER BY a.class, a.object, a.sub, e.revoked, 5, e.is_grantable, e.privilege_type
