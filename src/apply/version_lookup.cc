#include "src/apply/version_lookup.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

using sql::Literal;

// One row for each relation that has one of our names, or one without any. Schemas of sessions
// (pg_temp) hold none. Qualified throughout: a search path may put others in front of pg_catalog.
// The type of an id is compared by oid: quote_all_identifiers puts the names of types in quotes.
std::string LookupSql(const std::string& schema, const std::string& table) {
  return absl::StrCat(
      R"sql(SELECT here.schema, here.lag, c.* FROM (SELECT pg_catalog.current_schema() AS schema,
  CASE WHEN pg_catalog.pg_last_wal_receive_lsn() > pg_catalog.pg_last_wal_replay_lsn()
    THEN extract(epoch FROM pg_catalog.clock_timestamp()
      - pg_catalog.pg_last_xact_replay_timestamp()) END AS lag) here
LEFT JOIN (SELECT n.nspname, c.relname, c.relkind::text, c.relpersistence = 'u' AS unlogged,
  pg_catalog.row_security_active(c.oid) AS row_security,
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS readable,
  n.nspname = ANY (pg_catalog.current_schemas(false)) AS in_path,
  (SELECT r.rulename FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid
    AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'D' LIMIT 1) AS rule,
  (SELECT t.tgname FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
    AND t.tgenabled <> 'D' LIMIT 1) AS trigger,
  EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) AS has_children,
  (SELECT pg_catalog.array_agg(a.attname::text) FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
  (SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
    AND NOT a.attisdropped AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
    AND a.attname <> 'version_num' LIMIT 1) AS needed,
  (SELECT CASE a.atttypid WHEN 'pg_catalog.text'::pg_catalog.regtype THEN 'text'
      WHEN 'pg_catalog.varchar'::pg_catalog.regtype THEN 'character varying'
      ELSE pg_catalog.format_type(a.atttypid, NULL) END FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attname = 'version_num' AND NOT a.attisdropped) AS id_type,
  (SELECT a.atttypmod - 4 FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid
    AND a.attname = 'version_num' AND NOT a.attisdropped) AS id_length
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname IN ()sql",
      Literal(table), ", ", Literal(absl::StrCat(table, "_ledger")), ", ",
      Literal(absl::StrCat(table, "_lease")), ") AND ",
      schema.empty() ? "n.nspname !~ '^(pg_|information_schema$)'"
                     : absl::StrCat("n.nspname = ", Literal(schema)),
      ") c ON true ORDER BY c.nspname, c.relname");
}

struct Relation {
  std::string schema, name, kind;
  bool unlogged, row_security, owned, readable, in_path;
  std::string rule, trigger;
  bool has_children;
  std::vector<std::string> columns;
  std::string needed, id_type;
  int id_length;

  std::string Name() const { return sql::Qualified(schema, name); }
};

Relation ReadRelation(const postgres::Result& result, int row) {
  auto text = [&](const char* column) {
    return std::string(result.Text(row, result.Column(column)));
  };
  auto flag = [&](const char* column) { return result.Bool(row, result.Column(column)); };
  Relation out;
  out.schema = text("nspname");
  out.name = text("relname");
  out.kind = text("relkind");
  out.unlogged = flag("unlogged");
  out.row_security = flag("row_security");
  out.owned = flag("owned");
  out.readable = flag("readable");
  out.in_path = flag("in_path");
  out.rule = text("rule");
  out.trigger = text("trigger");
  out.has_children = flag("has_children");
  out.columns = result.Array(row, result.Column("columns"));
  out.needed = text("needed");
  out.id_type = text("id_type");
  out.id_length = static_cast<int>(result.Int(row, result.Column("id_length")));
  return out;
}

absl::string_view KindName(absl::string_view kind) {
  if (kind == "v") return "a view";
  if (kind == "m") return "a materialized view";
  if (kind == "f") return "a foreign table";
  return "a partitioned table";
}

// What keeps `relation` from showing all its rows, or from keeping those that are written, and what
// to do about it; "" where nothing does.
std::string Obstacle(const Relation& relation) {
  const std::string name = relation.Name();
  if (relation.kind != "r") {
    return absl::StrCat("it is ", KindName(relation.kind),
                        ": name the table itself with version_table and version_table_schema in "
                        "autogen.txtpb");
  }
  if (relation.row_security) {
    return absl::StrCat("row security may hide rows of it: ALTER TABLE ", name,
                        relation.owned ? " NO FORCE ROW LEVEL SECURITY"
                                       : " DISABLE ROW LEVEL SECURITY, or connect as its owner");
  }
  if (!relation.rule.empty()) {
    return absl::StrCat("its rule ", relation.rule, " may change what is written to it: DROP RULE ",
                        sql::Ident(relation.rule), " ON ", name);
  }
  if (!relation.trigger.empty()) {
    return absl::StrCat("its trigger ", relation.trigger,
                        " may change what is written to it: DROP TRIGGER ",
                        sql::Ident(relation.trigger), " ON ", name);
  }
  if (relation.has_children) {
    return "tables inherit from it, whose rows would count as its own: ALTER TABLE … NO INHERIT";
  }
  if (relation.unlogged) {
    return absl::StrCat("it is unlogged, and a crash would empty it: ALTER TABLE ", name,
                        " SET LOGGED");
  }
  return "";
}

// What a version table or ledger must have; "" where it does.
std::string Misshape(const Relation& relation, bool ledger) {
  constexpr absl::string_view kLedger[] = {"id",         "revision", "direction", "step",
                                           "steps",      "state",    "checksum",  "part_checksum",
                                           "tool",       "role",     "statement", "started_at",
                                           "duration_ms"};
  if (ledger) {
    for (absl::string_view column : kLedger) {
      if (!absl::c_linear_search(relation.columns, column)) {
        return absl::StrCat("it has no column ", column);
      }
    }
    return "";
  }
  if (relation.id_type.empty()) return "it has no column version_num";
  if (relation.id_type != "text" && relation.id_type != "character varying") {
    return absl::StrCat("its column version_num is of type ", relation.id_type, ", not text");
  }
  if (relation.needed.empty()) return "";
  return absl::StrCat("its column ", relation.needed, " must not be NULL and has no default");
}

absl::Status CheckRelation(const Relation& relation, bool ledger) {
  const std::string obstacle = Obstacle(relation);
  if (!obstacle.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("what ran here cannot be read from ", relation.Name(), ": ", obstacle));
  }
  const std::string wrong = Misshape(relation, ledger);
  if (wrong.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      relation.Name(), " is not a ", ledger ? "ledger" : "version table", " of autogen's: ", wrong,
      ". Rename it, or choose another name with version_table in autogen.txtpb"));
}

// The schemas that count: those with something that this role can read, or else all.
std::vector<std::string> Schemas(const std::vector<Relation>& relations) {
  std::vector<std::string> readable, all;
  for (const Relation& relation : relations) {
    if (all.empty() || all.back() != relation.schema) all.push_back(relation.schema);
    if (relation.readable && (readable.empty() || readable.back() != relation.schema)) {
      readable.push_back(relation.schema);
    }
  }
  return readable.empty() ? all : readable;
}

absl::Status SeveralError(const std::vector<std::string>& schemas, const std::string& table) {
  constexpr size_t kShown = 5;
  std::vector<std::string> names;
  for (const std::string& schema : schemas) {
    if (names.size() < kShown) names.push_back(sql::Qualified(schema, table));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "there are several version tables in this database: ", absl::StrJoin(names, ", "),
      schemas.size() > kShown ? absl::StrCat(" and ", schemas.size() - kShown, " more") : "",
      ". Say which is this project's with version_table_schema: \"", schemas[0],
      "\" in autogen.txtpb, or with a target { schema: … } of --targets; drop one that was created "
      "by mistake"));
}

}  // namespace

absl::StatusOr<FoundVersionTable> FindVersionTable(postgres::Connection& connection,
                                                   const std::string& schema,
                                                   const std::string& table, int max_lag_s) {
  ASSIGN_OR_RETURN(postgres::Result result, connection.Exec(LookupSql(schema, table)));
  double lag = 0;
  if (max_lag_s > 0 && absl::SimpleAtod(result.Text(0, 1), &lag) && lag > max_lag_s) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "what ran here cannot be read: the server is a standby that is %.0f s behind its primary, "
        "and %d s is the limit (max_replication_lag_s). Connect to the primary",
        lag, max_lag_s));
  }
  std::vector<Relation> relations;
  for (int row = 0; row < result.rows(); ++row) {
    if (!result.IsNull(row, result.Column("relname"))) {
      relations.push_back(ReadRelation(result, row));
    }
  }
  const std::vector<std::string> schemas = Schemas(relations);
  if (schemas.size() > 1) return SeveralError(schemas, table);
  FoundVersionTable found;
  std::string where = schema;
  if (!schemas.empty()) where = schemas[0];
  if (where.empty() && result.IsNull(0, 0)) {
    return absl::FailedPreconditionError(
        "no schema of the search path exists: name the version table's with "
        "version_table_schema in autogen.txtpb");
  }
  if (where.empty()) where = std::string(result.Text(0, 0));
  found.table = VersionTable(where, table);
  for (const Relation& relation : relations) {
    if (relation.schema != where) continue;
    found.outside_search_path = schema.empty() && !relation.in_path;
    if (relation.name == absl::StrCat(table, "_lease")) {
      found.has_lease = true;
      continue;
    }
    const bool ledger = relation.name != table;
    RETURN_IF_ERROR(CheckRelation(relation, ledger));
    (ledger ? found.has_ledger : found.exists) = true;
    if (ledger) continue;
    found.id_length = std::max(relation.id_length, 0);
    found.owned = relation.owned;
  }
  return found;
}

absl::StatusOr<std::vector<std::string>> ReadVersionRows(postgres::Connection& connection,
                                                         const VersionTable& table) {
  absl::StatusOr<postgres::Result> result = connection.Exec(
      absl::StrCat(kEveryRow, "SELECT version_num FROM ", table.Name(), " ORDER BY 1"));
  if (postgres::SqlState(result.status()) == "42501") {
    const std::string role = connection.user();
    return Annotate(
        absl::Status(
            result.status().code(),
            absl::StrCat(result.status().message(), "\nrole ", role, " may not read it: GRANT ",
                         "SELECT, INSERT, UPDATE, DELETE ON ", table.Name(), ", ",
                         table.LedgerName(), " TO ", role, ", or make it a member of their owner")),
        "reading the version table");
  }
  if (!result.ok()) return Annotate(result.status(), "reading the version table");
  std::vector<std::string> rows;
  for (int row = 0; row < result->rows(); ++row) rows.emplace_back(result->Text(row, 0));
  return rows;
}

}  // namespace autogen::apply
