-- Casts made by users (PostgreSQL's own have smaller OIDs): those that touch a managed schema, and
-- those between PostgreSQL's own types. The cast from a range to its multirange belongs to the type.
SELECT c.oid, format_type(c.castsource, NULL) AS source,
       format_type(c.casttarget, NULL) AS target,
       NULLIF(c.castfunc, 0)::regprocedure::text AS function,
       c.castmethod AS method, c.castcontext AS context
  FROM pg_cast c
  JOIN pg_type s ON s.oid = c.castsource
  JOIN pg_type t ON t.oid = c.casttarget
  LEFT JOIN pg_proc f ON f.oid = c.castfunc
 WHERE c.oid >= 16384
   AND (EXISTS (SELECT FROM pg_namespace n
                 WHERE n.oid IN (s.typnamespace, t.typnamespace, f.pronamespace)
                   AND {{namespaces}})
        OR (s.typnamespace = 'pg_catalog'::regnamespace
            AND t.typnamespace = 'pg_catalog'::regnamespace
            AND COALESCE(f.pronamespace = 'pg_catalog'::regnamespace, true)))
   AND {{not_extension_member pg_cast c.oid}}
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_cast'::regclass
                      AND d.objid = c.oid AND d.deptype = 'i')
 ORDER BY 2, 3
