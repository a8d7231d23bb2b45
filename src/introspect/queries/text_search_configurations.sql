-- Text search configurations: one row for each token with the dictionaries that see it, in order;
-- one row for a configuration without any.
SELECT c.oid, n.nspname AS schema, c.cfgname AS name,
       pn.nspname AS parser_schema, p.prsname AS parser_name,
       t.alias AS token, m.schemas AS dictionary_schemas, m.names AS dictionary_names
  FROM pg_ts_config c
  JOIN pg_namespace n ON n.oid = c.cfgnamespace
  JOIN pg_ts_parser p ON p.oid = c.cfgparser
  JOIN pg_namespace pn ON pn.oid = p.prsnamespace
  LEFT JOIN (SELECT m.mapcfg, m.maptokentype,
                    array_agg(dn.nspname::text ORDER BY m.mapseqno) AS schemas,
                    array_agg(d.dictname::text ORDER BY m.mapseqno) AS names
               FROM pg_ts_config_map m
               JOIN pg_ts_dict d ON d.oid = m.mapdict
               JOIN pg_namespace dn ON dn.oid = d.dictnamespace
              GROUP BY m.mapcfg, m.maptokentype) m ON m.mapcfg = c.oid
  LEFT JOIN LATERAL ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
 WHERE {{namespaces}} AND {{not_extension_member pg_ts_config c.oid}}
 ORDER BY n.nspname, c.cfgname, m.maptokentype
