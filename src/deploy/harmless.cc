#include "src/deploy/harmless.h"

#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sql/query_names.h"

namespace autogen::deploy {
namespace {

using nlohmann::json;

constexpr absl::string_view kExtensions[] = {
    "btree_gin", "btree_gist", "citext",  "cube", "fuzzystrmatch", "hstore",    "intarray",
    "isn",       "ltree",      "pg_trgm", "seg",  "unaccent",      "uuid-ossp",
};

// $1 functions, $2 operators, $3 types, $4 relations: arrays of [schema, name]; $5 common table
// expressions; $6 columns that are mentioned; $7 fields that may be functions; $8 whether all
// columns are; $9 extensions.
//
// `reach` is everything that the query can come to. Of what a view, domain or generated column
// holds, pg_depend has all but PostgreSQL's own objects; those of its functions stand in the node
// tree. `strict` types are those whose input functions and constraints may run; the others only
// matter for the casts that may be found for them.
constexpr char kJudge[] = R"sql(
WITH RECURSIVE listed AS MATERIALIZED (
  SELECT d.classid, d.objid FROM pg_depend d
  JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
  WHERE d.deptype = 'e' AND e.extname IN (SELECT json_array_elements_text($9::json))
), names AS MATERIALIZED (
  SELECT kind, CASE WHEN j->>0 = '' THEN 'pg_catalog' ELSE j->>0 END AS schema, j->>1 AS name,
    j->>0 AS written
  FROM (SELECT 'function' AS kind, json_array_elements($1::json) AS j
    UNION ALL SELECT 'operator', json_array_elements($2::json)
    UNION ALL SELECT 'type', json_array_elements($3::json)
    UNION ALL SELECT 'relation', json_array_elements($4::json)) n
), named AS MATERIALIZED (
  SELECT n.*, s.oid AS namespace FROM names n LEFT JOIN pg_namespace s ON s.nspname = n.schema
), found AS MATERIALIZED (
  SELECT n.kind, n.schema, n.name, 'pg_proc'::regclass::oid AS class, p.oid
  FROM named n JOIN pg_proc p ON p.pronamespace = n.namespace AND p.proname = n.name
  WHERE n.kind = 'function'
  UNION ALL
  SELECT n.kind, n.schema, n.name, 'pg_operator'::regclass, o.oid
  FROM named n JOIN pg_operator o ON o.oprnamespace = n.namespace AND o.oprname = n.name
  WHERE n.kind = 'operator'
  UNION ALL -- f(x) is also a cast to the type f
  SELECT n.kind, n.schema, n.name, 'pg_type'::regclass, t.oid
  FROM named n JOIN pg_type t ON t.typnamespace = n.namespace AND t.typname = n.name
  WHERE n.kind IN ('function', 'type')
  UNION ALL
  SELECT n.kind, n.schema, n.name, 'pg_class'::regclass, c.oid
  FROM named n JOIN pg_class c ON c.relnamespace = n.namespace AND c.relname = n.name
  WHERE n.kind = 'relation'
), reach(class, oid, strict) AS (
  SELECT class, oid, true FROM (
    SELECT class, oid FROM found
    UNION ALL
    SELECT 'pg_type'::regclass::oid, a.atttypid FROM found f
    JOIN pg_attribute a ON a.attrelid = f.oid AND NOT a.attisdropped
    WHERE f.class = 'pg_class'::regclass
      AND ($8::bool OR a.attname IN (SELECT json_array_elements_text($6::json)))
    UNION ALL -- x.f is also a call of f with the row x
    SELECT 'pg_proc'::regclass::oid, p.oid FROM pg_proc p JOIN pg_type t ON t.oid = p.proargtypes[0]
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('p', 'c')
      AND p.pronargs - p.pronargdefaults <= 1
      AND p.proname IN (SELECT json_array_elements_text($7::json))) s
  UNION
  SELECT e.class, e.oid, e.strict FROM reach r, LATERAL (
    WITH tree(class, oid, text) AS (
      SELECT 'pg_rewrite'::regclass, w.oid, w.ev_action::text FROM pg_rewrite w
      JOIN pg_class c ON c.oid = w.ev_class
      WHERE r.class = 'pg_class'::regclass AND w.ev_class = r.oid AND c.relkind = 'v'
      UNION ALL
      SELECT 'pg_attrdef'::regclass, d.oid, d.adbin::text FROM pg_attrdef d
      JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      WHERE r.class = 'pg_class'::regclass AND d.adrelid = r.oid AND a.attgenerated = 'v'
      UNION ALL
      SELECT 'pg_constraint'::regclass, k.oid, k.conbin::text FROM pg_constraint k
      WHERE r.class = 'pg_type'::regclass AND r.strict AND k.contypid = r.oid
        AND k.conbin IS NOT NULL
    )
    SELECT d.refclassid AS class, d.refobjid AS oid, true AS strict FROM tree t
    JOIN pg_depend d ON d.classid = t.class AND d.objid = t.oid
    WHERE d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass,
      'pg_type'::regclass)
    UNION ALL
    SELECT 'pg_proc'::regclass, m[1]::oid, true FROM tree t, regexp_matches(t.text,
      ':(?:funcid|aggfnoid|winfnoid|tsmhandler) ([1-9][0-9]*)', 'g') m
    UNION ALL
    SELECT 'pg_type'::regclass, m[1]::oid, false FROM tree t, regexp_matches(t.text,
      ':[a-z_]*type(?:id)? ([1-9][0-9]*)', 'g') m
    UNION ALL
    SELECT 'pg_class'::regclass, i.inhrelid, true FROM pg_inherits i
    WHERE r.class = 'pg_class'::regclass AND i.inhparent = r.oid
    UNION ALL
    SELECT 'pg_type'::regclass, p.part, r.strict FROM (
      SELECT unnest(ARRAY[t.typelem, t.typbasetype]) AS part FROM pg_type t WHERE t.oid = r.oid
      UNION ALL
      SELECT g.rngsubtype FROM pg_range g WHERE g.rngtypid = r.oid OR EXISTS (
        SELECT FROM pg_type t WHERE t.oid = r.oid AND t.typtype = 'm'
          AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass
            AND d.objid = t.oid AND d.refclassid = 'pg_type'::regclass
            AND d.refobjid = g.rngtypid))
      UNION ALL
      SELECT a.atttypid FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid
      WHERE t.oid = r.oid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped) p
    WHERE r.class = 'pg_type'::regclass AND p.part <> 0) e
), functions AS NOT MATERIALIZED (
  SELECT p.oid, p.oid::regprocedure::text AS name,
    CASE WHEN (p.oid >= 16384 OR p.pronamespace <> 'pg_catalog'::regnamespace) AND NOT EXISTS
        (SELECT FROM listed l WHERE l.classid = 'pg_proc'::regclass AND l.objid = p.oid)
      THEN 'is not PostgreSQL''s own, nor of a listed extension'
    WHEN p.provolatile = 'v' THEN 'is volatile' END AS objection,
    -- These run SQL, or the input function of a type, that they are given as a value; or assign a
    -- transaction id.
    CASE WHEN 'cstring'::regtype = ANY (p.proargtypes) OR 'internal'::regtype = ANY (p.proargtypes)
      OR p.proname ~ '^(query|table|schema|database|cursor)_to_xml|^jsonb?_populate_record|^fmgr_|'
        '^pg_input_|^(pg_current_xact_id|txid_current)$|^(crosstab|connectby|xpath_table|dblink)'
      THEN 'runs what it is given as text, or leaves traces' END AS call_objection
  FROM pg_proc p
), operators AS (
  SELECT o.oid, f.name AS function, coalesce(f.objection,
    CASE WHEN o.oprrest::oid >= 16384 OR o.oprjoin::oid >= 16384 THEN CASE WHEN NOT EXISTS
        (SELECT FROM listed l WHERE l.classid = 'pg_operator'::regclass AND l.objid = o.oid)
      THEN 'has a selectivity function of its own' END END) AS objection
  FROM pg_operator o LEFT JOIN functions f ON f.oid = o.oprcode
  WHERE o.oid IN (SELECT oid FROM reach WHERE class = 'pg_operator'::regclass)
), types AS (
  SELECT t.oid, CASE
    WHEN t.oid < 16384 OR t.typtype IN ('d', 'e', 'c') OR t.typinput = 'array_in'::regproc
      OR EXISTS (SELECT FROM listed l WHERE l.classid = 'pg_type'::regclass AND l.objid = t.oid)
      THEN NULL
    WHEN t.typtype IN ('r', 'm') THEN (
      SELECT 'is a range with functions of its own' FROM pg_range g
      WHERE g.rngtypid = t.oid AND (g.rngcanonical::oid >= 16384 OR g.rngsubdiff::oid >= 16384
        OR g.rngsubopc >= 16384 AND NOT EXISTS (SELECT FROM listed l
          WHERE l.classid = 'pg_opclass'::regclass AND l.objid = g.rngsubopc)))
    ELSE 'is not PostgreSQL''s own, nor of a listed extension' END AS objection
  FROM pg_type t
  WHERE t.oid IN (SELECT oid FROM reach WHERE class = 'pg_type'::regclass AND strict)
)
SELECT true, format('function %s %s', f.name, coalesce(f.objection, f.call_objection))
FROM functions f WHERE coalesce(f.objection, f.call_objection) IS NOT NULL
  AND f.oid IN (SELECT oid FROM reach WHERE class = 'pg_proc'::regclass)
UNION
SELECT true, format('operator %s calls %s, which %s', o.oid::regoperator, o.function, o.objection)
FROM operators o WHERE o.objection IS NOT NULL
UNION
SELECT true, format('type %s %s', format_type(t.oid, NULL), t.objection)
FROM types t WHERE t.objection IS NOT NULL
UNION
SELECT true, format('%s is a foreign table', c.oid::regclass) FROM pg_class c
WHERE c.relkind = 'f' AND c.oid IN (SELECT oid FROM reach WHERE class = 'pg_class'::regclass)
UNION
SELECT true, format('the cast from %s to %s calls %s, which %s', format_type(c.castsource, NULL),
  format_type(c.casttarget, NULL), f.name, f.objection)
FROM pg_cast c JOIN functions f ON f.oid = c.castfunc
WHERE f.objection IS NOT NULL
  AND (c.castsource < 16384 OR c.castsource IN (
    SELECT oid FROM reach WHERE class = 'pg_type'::regclass))
  AND (c.casttarget < 16384 OR c.casttarget IN (
    SELECT oid FROM reach WHERE class = 'pg_type'::regclass))
UNION
SELECT false, concat(n.kind, ' ', nullif(n.written, '') || '.', n.name) FROM names n
WHERE NOT EXISTS (
    SELECT FROM found f WHERE (f.kind, f.schema, f.name) = (n.kind, n.schema, n.name))
  AND NOT (n.kind = 'relation' AND n.written = ''
    AND n.name IN (SELECT json_array_elements_text($5::json)))
ORDER BY 1, 2
)sql";

std::string Pairs(const std::set<sql::QualifiedName>& names) {
  json list = json::array();
  for (const auto& [schema, name] : names) list.push_back({schema, name});
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

template <typename Strings>
std::string List(const Strings& strings) {
  json list = json::array();
  for (const auto& string : strings) list.push_back(std::string(string));
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

absl::Span<const absl::string_view> HarmlessExtensions() { return kExtensions; }

absl::StatusOr<Verdict> JudgeQuery(postgres::Connection& connection, const std::string& query,
                                   absl::Span<const std::string> extensions) {
  Verdict verdict;
  absl::StatusOr<sql::QueryNames> names = sql::NamesOfQuery(query);
  if (!names.ok()) {
    verdict.objections.emplace_back(names.status().message());
    return verdict;
  }
  // EXTRACT(… FROM …) calls another function there than our grammar says.
  if (connection.server_version() < 140000 && names->functions.erase({"pg_catalog", "extract"})) {
    names->functions.insert({"pg_catalog", "date_part"});
  }
  std::vector<std::string> listed(extensions.begin(), extensions.end());
  for (absl::string_view name : kExtensions) listed.emplace_back(name);
  ASSIGN_OR_RETURN(
      postgres::Result result,
      connection.ExecParams(
          kJudge, {Pairs(names->functions), Pairs(names->operators), Pairs(names->types),
                   Pairs(names->relations), List(names->ctes), List(names->columns),
                   List(names->fields), names->whole_rows ? "true" : "false", List(listed)}));
  for (int row = 0; row < result.rows(); ++row) {
    (result.Bool(row, 0) ? verdict.objections : verdict.missing).emplace_back(result.Text(row, 1));
  }
  return verdict;
}

}  // namespace autogen::deploy
