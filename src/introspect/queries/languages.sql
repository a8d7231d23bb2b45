-- Procedural languages. Those of extensions (plpgsql too) belong to their extension.
SELECT l.oid, l.lanname AS name, l.lanpltrusted AS trusted,
       l.lanplcallfoid::regproc AS handler, l.laninline::regproc AS inline,
       l.lanvalidator::regproc AS validator
  FROM pg_language l
 WHERE l.lanispl AND {{not_extension_member pg_language l.oid}}
 ORDER BY l.lanname
