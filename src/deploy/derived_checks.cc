#include "src/deploy/derived_checks.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/model/type_change.h"
#include "src/model/type_name.h"
#include "src/rows/cast_failure.h"
#include "src/sql/parse.h"
#include "src/sql/quote.h"
#include "src/sql/scan.h"

namespace autogen::deploy {
namespace {

using nlohmann::json;
using sql::Get;
using sql::GetString;

constexpr char kOpaqueUse[] = "only the statement itself can tell which rows it fails on";

bool IsTrue(const json& node, const char* key) {
  const json& value = Get(node, key);
  return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> Strings(const json& list) {
  std::vector<std::string> strings;
  for (const json& item : list) strings.push_back(GetString(Get(item, "String"), "sval"));
  return strings;
}

// The text between the parentheses that open behind the first token `word` at or after `from`.
std::string InParentheses(absl::string_view statement, size_t from, absl::string_view word) {
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(statement);
  if (!tokens.ok()) return "";
  int depth = 0;
  bool found = false;
  size_t begin = 0;
  for (const sql::Token& token : *tokens) {
    if (token.start < from) continue;
    found |= token.Is(word);
    if (!found) continue;
    if (token.IsChar('(') && depth++ == 0) begin = token.end;
    if (token.IsChar(')') && --depth == 0) {
      return std::string(statement.substr(begin, token.start - begin));
    }
  }
  return "";
}

std::string Nulls(const std::vector<std::string>& columns, absl::string_view how,
                  absl::string_view between) {
  return absl::StrJoin(columns, between, [&](std::string* out, const std::string& column) {
    absl::StrAppend(out, sql::Ident(column), how);
  });
}

std::string Duplicates(const std::string& relation, const std::vector<std::string>& columns,
                       bool nulls_too) {
  const std::string list = Nulls(columns, "", ", ");
  return absl::StrCat(
      "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM ", relation,
      nulls_too ? "" : absl::StrCat(" WHERE ", Nulls(columns, " IS NOT NULL", " AND ")),
      " GROUP BY ", list, " HAVING count(*) > 1) AS repeated");
}

std::string Orphans(const std::string& child, const std::vector<std::string>& columns,
                    const std::string& parent, const std::vector<std::string>& keys) {
  std::vector<std::string> all, equal;
  for (size_t i = 0; i < columns.size() && i < keys.size(); ++i) {
    const std::string column = absl::StrCat("child.", sql::Ident(columns[i]));
    all.push_back(absl::StrCat(column, " IS NOT NULL"));
    equal.push_back(absl::StrCat("parent.", sql::Ident(keys[i]), " = ", column));
  }
  return absl::StrCat("SELECT count(*) FROM ", child, " AS child WHERE ",
                      absl::StrJoin(all, " AND "), " AND NOT EXISTS (SELECT FROM ", parent,
                      " AS parent WHERE ", absl::StrJoin(equal, " AND "), ")");
}

// One row of texts, or NotFound with what is missing.
absl::StatusOr<postgres::Result> ReadOne(postgres::Connection& connection, const std::string& query,
                                         const std::string& missing) {
  ASSIGN_OR_RETURN(postgres::Result result, connection.Exec(query));
  if (result.rows() != 1) return absl::NotFoundError(absl::StrCat("there is no ", missing));
  return result;
}

std::vector<std::string> TextList(const postgres::Result& result, int column) {
  std::vector<std::string> list;
  const json parsed = json::parse(result.Text(0, column), nullptr, false);
  for (const json& item : parsed) {
    if (item.is_string()) list.push_back(item.get<std::string>());
  }
  return list;
}

std::string OfRelation(const std::string& relation) {
  return absl::StrCat("pg_catalog.to_regclass(", sql::Literal(relation), ")");
}

// SQL for the names of the columns that an array of numbers means.
std::string KeyNames(absl::string_view keys, absl::string_view relation) {
  return absl::StrCat("(SELECT json_agg(a.attname ORDER BY u.i) FROM unnest(", keys,
                      ") WITH ORDINALITY u(n, i) JOIN pg_catalog.pg_attribute a ON a.attrelid = ",
                      relation, " AND a.attnum = u.n)");
}

absl::StatusOr<std::string> OrphansOfPrimaryKey(postgres::Connection& connection,
                                                const std::string& child,
                                                const std::vector<std::string>& columns,
                                                const std::string& parent) {
  ASSIGN_OR_RETURN(
      postgres::Result key,
      ReadOne(
          connection,
          absl::StrCat("SELECT ", KeyNames("c.conkey", "c.conrelid"),
                       " FROM pg_catalog.pg_constraint c WHERE c.contype = 'p' AND c.conrelid = ",
                       OfRelation(parent)),
          absl::StrCat("primary key of ", parent)));
  return Orphans(child, columns, parent, TextList(key, 0));
}

// Of a constraint that is there, NOT VALID.
absl::StatusOr<std::string> ValidateQuery(postgres::Connection& connection,
                                          const std::string& relation, const std::string& name) {
  ASSIGN_OR_RETURN(
      postgres::Result found,
      ReadOne(
          connection,
          absl::StrCat(
              "SELECT c.contype, pg_catalog.pg_get_expr(c.conbin, c.conrelid), ",
              KeyNames("c.conkey", "c.conrelid"), ", ",
              "(SELECT pg_catalog.quote_ident(n.nspname) || '.' || "
              "pg_catalog.quote_ident(r.relname) FROM pg_catalog.pg_class r JOIN "
              "pg_catalog.pg_namespace n ON n.oid = r.relnamespace WHERE r.oid = c.confrelid), ",
              KeyNames("c.confkey", "c.confrelid"), ", c.convalidated",
              " FROM pg_catalog.pg_constraint c WHERE c.conrelid = ", OfRelation(relation),
              " AND c.conname = ", sql::Literal(name)),
          absl::StrCat("constraint ", name, " of ", relation)));
  if (found.Bool(0, 5)) return std::string();
  if (found.Text(0, 0) == "f") {
    return Orphans(relation, TextList(found, 2), std::string(found.Text(0, 3)), TextList(found, 4));
  }
  if (found.Text(0, 0) == "n") {
    return absl::StrCat("SELECT count(*) FROM ", relation, " WHERE ",
                        Nulls(TextList(found, 2), " IS NULL", " OR "));
  }
  return absl::StrCat("SELECT count(*) FROM ", relation, " WHERE NOT (", found.Text(0, 1), ")");
}

absl::StatusOr<std::string> CastQuery(postgres::Connection& connection, const std::string& relation,
                                      const std::string& column, const std::string& type) {
  ASSIGN_OR_RETURN(
      postgres::Result found,
      ReadOne(connection,
              absl::StrCat("SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) FROM "
                           "pg_catalog.pg_attribute a WHERE NOT a.attisdropped AND a.attrelid = ",
                           OfRelation(relation), " AND a.attname = ", sql::Literal(column)),
              absl::StrCat("column ", relation, ".", sql::Ident(column))));
  const std::string before(found.Text(0, 0));
  const model::TypeChange change = model::DescribeTypeChange(before, type, false, nullptr, nullptr);
  const std::string condition =
      rows::CastFailure(sql::Ident(column), before, type, "", nullptr, connection.server_version());
  if (!condition.empty()) {
    return absl::StrCat("SELECT count(*) FROM ", relation, " WHERE ", condition);
  }
  if (change.fails.empty()) return std::string();
  return absl::UnimplementedError(kOpaqueUse);
}

class Deriver {
 public:
  Deriver(absl::string_view statement, absl::string_view schema, const impact::Impact& impact)
      : statement_(statement), schema_(schema), impact_(impact) {}

  std::vector<DerivedCheck> Run() {
    if (!impact_.locks.empty() && impact_.locks[0].is_new) return {};
    absl::StatusOr<json> tree = sql::Parse(statement_);
    if (tree.ok() && tree->size() == 1) {
      const json& stmt = Get((*tree)[0], "stmt");
      const json& body = sql::NodeBody(stmt);
      if (sql::NodeName(stmt) == "AlterTableStmt") AlterTable(body);
      if (sql::NodeName(stmt) == "IndexStmt") Index(body);
    }
    if (checks_.empty() && impact_.MayFail()) Unknown("the statement may fail over rows");
    return std::move(checks_);
  }

 private:
  void Check(std::string what, std::string query) {
    checks_.push_back({std::move(what), std::move(query), nullptr, ""});
  }
  void Find(std::string what,
            std::function<absl::StatusOr<std::string>(postgres::Connection&)> find) {
    checks_.push_back({std::move(what), "", std::move(find), ""});
  }
  void Unknown(std::string what) { checks_.push_back({std::move(what), "", nullptr, kOpaqueUse}); }

  void AlterTable(const json& body) {
    relation_ = RelationOf(Get(body, "relation"));
    name_ = GetString(Get(body, "relation"), "relname");
    from_ = absl::StrCat(IsTrue(Get(body, "relation"), "inh") ? "" : "ONLY ", relation_);
    for (const json& item : Get(body, "cmds")) {
      const json& command = Get(item, "AlterTableCmd");
      const std::string type = GetString(command, "subtype"), name = GetString(command, "name");
      const json& def = Get(command, "def");
      if (type == "AT_SetNotNull") {
        Check(
            absl::StrCat(name_, ".", name, " is NULL"),
            absl::StrCat("SELECT count(*) FROM ", from_, " WHERE ", sql::Ident(name), " IS NULL"));
      } else if (type == "AT_AddColumn") {
        AddColumn(Get(def, "ColumnDef"));
      } else if (type == "AT_AlterColumnType") {
        ChangeType(name, Get(def, "ColumnDef"));
      } else if (type == "AT_AddConstraint") {
        AddConstraint(Get(def, "Constraint"));
      } else if (type == "AT_ValidateConstraint") {
        Find(absl::StrCat(name_, ".", name, ": a row violates it"),
             [relation = relation_, name](postgres::Connection& connection) {
               return ValidateQuery(connection, relation, name);
             });
      } else if (type == "AT_AttachPartition" || type == "AT_AddOf") {
        Unknown(absl::StrCat(name_, ": rows outside of the partition's bounds"));
      }
    }
  }

  void AddColumn(const json& column) {
    const std::string name = GetString(column, "colname");
    bool not_null = false, filled = false, other = false;
    for (const json& item : Get(column, "constraints")) {
      const std::string type = GetString(Get(item, "Constraint"), "contype");
      not_null |= type == "CONSTR_NOTNULL" || type == "CONSTR_PRIMARY";
      filled |= type == "CONSTR_DEFAULT" || type == "CONSTR_IDENTITY" || type == "CONSTR_GENERATED";
      other |= type == "CONSTR_CHECK" || type == "CONSTR_UNIQUE" || type == "CONSTR_FOREIGN";
    }
    const std::vector<std::string> type = Strings(Get(Get(column, "typeName"), "names"));
    filled |= !type.empty() && absl::StrContains(type.back(), "serial");
    if (not_null && !filled) {
      Check(absl::StrCat("rows in ", name_, ": ", name, " is NOT NULL without a default"),
            absl::StrCat("SELECT count(*) FROM ", from_));
    } else if (other && filled) {
      Unknown(absl::StrCat(name_, ".", name, ": the values of the new column"));
    }
  }

  void ChangeType(const std::string& column, const json& definition) {
    const std::string what = absl::StrCat(name_, ".", column, " cannot be converted");
    if (!Get(definition, "raw_default").is_null()) return Unknown(what);
    const json& type_name = Get(definition, "typeName");
    const json& location = Get(type_name, "location");
    const size_t begin = location.is_number() ? location.get<size_t>() : 0;
    absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(statement_);
    if (!tokens.ok()) return Unknown(what);
    size_t end = begin;
    int depth = 0;
    for (const sql::Token& token : *tokens) {
      if (token.start < begin) continue;
      if (token.IsChar('(')) ++depth;
      if (token.IsChar(')')) --depth;
      if (depth == 0 &&
          (token.IsChar(',') || token.IsChar(';') || token.Is("collate") || token.Is("using"))) {
        break;
      }
      end = token.end;
    }
    bool builtin = false;
    const std::string type = model::NormalizeType(statement_.substr(begin, end - begin), &builtin);
    if (!builtin) return Unknown(what);
    Find(what, [relation = relation_, column, type](postgres::Connection& connection) {
      return CastQuery(connection, relation, column, type);
    });
  }

  void AddConstraint(const json& constraint) {
    const std::string type = GetString(constraint, "contype");
    const std::string name = GetString(constraint, "conname");
    const std::string label = absl::StrCat(name_, name.empty() ? "" : ".", name);
    if (IsTrue(constraint, "skip_validation") || !GetString(constraint, "indexname").empty())
      return;
    const std::vector<std::string> keys = Strings(Get(constraint, "keys"));
    if (type == "CONSTR_CHECK") {
      const json& location = Get(constraint, "location");
      const std::string expression =
          InParentheses(statement_, location.is_number() ? location.get<size_t>() : 0, "check");
      if (expression.empty()) return Unknown(absl::StrCat(label, ": a row violates it"));
      Check(absl::StrCat(label, ": a row violates it"),
            absl::StrCat("SELECT count(*) FROM ", from_, " WHERE NOT (", expression, ")"));
    } else if (type == "CONSTR_PRIMARY" || type == "CONSTR_UNIQUE") {
      const std::string list = absl::StrJoin(keys, ", ");
      if (type == "CONSTR_PRIMARY") {
        Check(absl::StrCat(label, ": NULL in the primary key"),
              absl::StrCat("SELECT count(*) FROM ", from_, " WHERE ",
                           Nulls(keys, " IS NULL", " OR ")));
      }
      Check(absl::StrCat(label, ": ", list, " is duplicated"),
            Duplicates(from_, keys, IsTrue(constraint, "nulls_not_distinct")));
    } else if (type == "CONSTR_FOREIGN") {
      ForeignKey(label, constraint);
    } else {
      Unknown(absl::StrCat(label, ": rows conflict"));
    }
  }

  void ForeignKey(const std::string& label, const json& constraint) {
    const std::string what = absl::StrCat(label, ": a row references a missing row");
    if (GetString(constraint, "fk_matchtype") == "f") return Unknown(what);
    const std::string parent = RelationOf(Get(constraint, "pktable"));
    const std::vector<std::string> columns = Strings(Get(constraint, "fk_attrs"));
    const std::vector<std::string> keys = Strings(Get(constraint, "pk_attrs"));
    if (!keys.empty()) return Check(what, Orphans(from_, columns, parent, keys));
    Find(what, [from = from_, columns, parent](postgres::Connection& connection) {
      return OrphansOfPrimaryKey(connection, from, columns, parent);
    });
  }

  void Index(const json& body) {
    if (!IsTrue(body, "unique")) return;
    relation_ = RelationOf(Get(body, "relation"));
    name_ = GetString(Get(body, "relation"), "relname");
    const std::string what =
        absl::StrCat(name_, ".", GetString(body, "idxname"), ": values are duplicated");
    std::vector<std::string> columns;
    for (const json& item : Get(body, "indexParams")) {
      columns.push_back(GetString(Get(item, "IndexElem"), "name"));
      if (columns.back().empty()) return Unknown(what);
    }
    if (!Get(body, "whereClause").is_null()) return Unknown(what);
    Check(what, Duplicates(relation_, columns, IsTrue(body, "nulls_not_distinct")));
  }

  std::string RelationOf(const json& range) const {
    const std::string schema = GetString(range, "schemaname"), name = GetString(range, "relname");
    return sql::Qualified(schema.empty() ? schema_ : schema, name);
  }

  const absl::string_view statement_;
  const std::string schema_;  // of names that have none
  const impact::Impact& impact_;
  std::string relation_, from_, name_;
  std::vector<DerivedCheck> checks_;
};

}  // namespace

std::vector<DerivedCheck> DeriveChecks(absl::string_view statement, absl::string_view schema,
                                       const impact::Impact& impact) {
  return Deriver(statement, schema, impact).Run();
}

}  // namespace autogen::deploy
