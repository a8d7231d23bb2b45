-- ALTER DEFAULT PRIVILEGES: what differs from the privileges that PostgreSQL itself gives. An entry for
-- one schema only adds to that, so it is compared with nothing.
SELECT d.oid, d.defaclnamespace AS namespace, pg_get_userbyid(d.defaclrole) AS role,
       d.defaclobjtype AS type,
       CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END AS grantee,
       x.privilege_type AS privilege, COALESCE(x.grantable, false) AS grantable,
       x.grantable IS NULL AS revoked
  FROM pg_default_acl d
  LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
 CROSS JOIN LATERAL (
       SELECT grantee, privilege_type, a.grantable
         FROM (SELECT e.grantee, e.privilege_type, bool_or(e.is_grantable) AS grantable
                 FROM aclexplode(d.defaclacl) e GROUP BY 1, 2) a
         FULL JOIN
              (SELECT e.grantee, e.privilege_type, e.is_grantable AS grantable
                 FROM aclexplode(CASE WHEN d.defaclnamespace = 0 THEN
                        acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END,
                                   d.defaclrole) END) e) b
        USING (grantee, privilege_type)
        WHERE a.grantable IS DISTINCT FROM b.grantable) x
 WHERE d.defaclnamespace = 0 OR ({{namespaces}})
 ORDER BY 3, n.nspname NULLS FIRST, d.defaclobjtype, revoked, grantee, grantable, privilege
