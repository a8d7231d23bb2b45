-- Publications. Up to PostgreSQL 17 they leave out generated columns.
SELECT p.oid, p.pubname AS name, p.puballtables AS all_tables, p.pubinsert AS insert,
       p.pubupdate AS update, p.pubdelete AS delete, p.pubtruncate AS truncate,
       p.pubviaroot AS via_root, 'n' AS generated_columns
  FROM pg_publication p
 WHERE {{not_extension_member pg_publication p.oid}}
 ORDER BY p.pubname
