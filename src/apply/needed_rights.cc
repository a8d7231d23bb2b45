#include "src/apply/needed_rights.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "re2/re2.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

// Sets of (what, role), the role as SQL writes it: "" for the one that connected.
using ByRole = std::set<std::pair<std::string, std::string>>;

struct Needs {
  ByRole altered;  // relations, as SQL writes them
  // Schemas by name; "" is the first of the search path.
  ByRole create, usage;
  std::set<std::string> make_schemas;  // by these roles
  std::set<std::string> roles;
};

// The role behind `statement`, where `role` was the one before it.
std::string RoleAfter(const std::string& statement, const impact::Impact& impact,
                      const std::string& role) {
  static const RE2 kSet(
      R"re((?is)set\s+(?:local\s+|session\s+)?(?:role|session\s+authorization)\s+("(?:[^"]|"")+"|'[^']+'|\w+)\s*)re");
  const std::string& setting = impact.session.setting;
  if (setting != "role" && setting != "session_authorization") {
    return absl::EqualsIgnoreCase(statement, "reset all") ? "" : role;
  }
  std::string name;
  if (!RE2::FullMatch(statement, kSet, &name)) return "";
  if (absl::EqualsIgnoreCase(name, "none") || absl::EqualsIgnoreCase(name, "default")) return "";
  if (name[0] == '\'') return sql::Ident(name.substr(1, name.size() - 2));
  return name;
}

class Finder {
 public:
  Needs Run(absl::Span<const ScriptRun> scripts) {
    for (const ScriptRun& script : scripts) {
      role_.clear();
      own_path_ = false;
      for (size_t i = 0; i < script.impacts.size(); ++i)
        Look(script.statements[i].text, script.impacts[i]);
    }
    return std::move(needs_);
  }

 private:
  void Look(const std::string& statement, const impact::Impact& impact) {
    role_ = RoleAfter(statement, impact, role_);
    if (!role_.empty()) needs_.roles.insert(role_);
    own_path_ |= impact.session.setting == "search_path";
    for (const impact::Consequence& c : impact.consequences) {
      if (c.kind != impact::Consequence::Kind::kAlters || c.relation.name.empty()) continue;
      needs_.altered.emplace(sql::Qualified(c.relation.schema, c.relation.name), role_);
      if (certain_ && !c.relation.schema.empty()) needs_.usage.emplace(c.relation.schema, role_);
    }
    if (!certain_) return;
    const impact::Impact::Places& places = impact.places;
    for (const std::string& schema : places.schemas) {
      if (!schema.empty() || !own_path_) needs_.create.emplace(schema, role_);
    }
    if (places.makes_schema) needs_.make_schemas.insert(role_);
    certain_ = !places.gives_rights;
  }

  Needs needs_;
  std::string role_;
  bool own_path_ = false;  // the script has set a search path
  bool certain_ = true;
};

std::string RoleOf(const std::string& role) {
  return role.empty() ? "current_user::regrole"
                      : absl::StrCat("to_regrole(", sql::Literal(role), ")");
}

absl::Status ReadLines(postgres::Connection& connection, const std::string& query,
                       std::vector<std::string>* lines) {
  ASSIGN_OR_RETURN(postgres::Result result, connection.Exec(query));
  for (int row = 0; row < result.rows(); ++row) lines->emplace_back(result.Text(row, 0));
  return absl::OkStatus();
}

// A name with a schema that the role may not use is looked up without asking for that right, which
// to_regclass() would be refused.
std::string RelationOid(const std::string& name) {
  return absl::StrCat(
      "(SELECT c.oid FROM pg_class c, parse_ident(", sql::Literal(name),
      ") p(part) WHERE CASE cardinality(p.part) WHEN 2 THEN c.relname = p.part[2] AND "
      "c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = p.part[1]) ELSE c.oid "
      "= to_regclass(",
      sql::Literal(name), ") END)");
}

absl::Status ReadOwners(postgres::Connection& connection, const Needs& needs, const char* may_set,
                        MissingRights* missing) {
  if (needs.altered.empty()) return absl::OkStatus();
  std::vector<std::string> tables;
  for (const auto& [table, role] : needs.altered) {
    tables.push_back(absl::StrCat("(", RelationOid(table), ", ", RoleOf(role), ")"));
  }
  return ReadLines(
      connection,
      absl::StrCat(
          "SELECT DISTINCT format('%I.%I', n.nspname, c.relname) || ' belongs to ' || o.name || ', "
          "whose rights role ' || a.role::text || ' has not' || CASE WHEN pg_has_role(a.role, "
          "c.relowner, ",
          may_set,
          ") THEN ' without SET ROLE (NOINHERIT): the script must say SET ROLE ' || o.name ELSE ': "
          "GRANT ' || o.name || ' TO ' || a.role::text END FROM (VALUES ",
          absl::StrJoin(tables, ", "),
          ") a(relation, role) JOIN pg_class c ON c.oid = a.relation JOIN pg_namespace n ON n.oid "
          "= c.relnamespace, LATERAL (SELECT quote_ident(pg_get_userbyid(c.relowner)) AS name) o "
          "WHERE a.role IS NOT NULL AND NOT pg_has_role(a.role, c.relowner, 'USAGE') ORDER BY 1"),
      &missing->foreign_tables);
}

absl::Status ReadPlaces(postgres::Connection& connection, const Needs& needs, const char* may_set,
                        MissingRights* missing) {
  std::vector<std::string> schemas;
  auto add = [&](const ByRole& needed, const char* privileges) {
    for (const auto& [schema, role] : needed) {
      schemas.push_back(
          absl::StrCat("(", schema.empty() ? "current_schema()::text" : sql::Literal(schema), ", ",
                       RoleOf(role), ", '{", privileges, "}'::text[])"));
    }
  };
  add(needs.create, "CREATE,USAGE");
  add(needs.usage, "USAGE");
  if (!schemas.empty()) {
    RETURN_IF_ERROR(ReadLines(
        connection,
        absl::StrCat(
            "SELECT DISTINCT 'role ' || a.role::text || ' lacks ' || p || ' on schema ' || "
            "quote_ident(n.nspname) || CASE WHEN pg_has_role(a.role, n.nspowner, ",
            may_set,
            ") THEN ', which it has by SET ROLE ' || o.name || ' only (NOINHERIT)' ELSE ': GRANT ' "
            "|| p || ' ON SCHEMA ' || quote_ident(n.nspname) || ' TO ' || a.role::text END FROM "
            "(VALUES ",
            absl::StrJoin(schemas, ", "),
            ") a(schema, role, privileges) JOIN pg_namespace n ON n.nspname = a.schema, "
            "unnest(a.privileges) p, LATERAL (SELECT quote_ident(pg_get_userbyid(n.nspowner)) AS "
            "name) o WHERE a.role IS NOT NULL AND NOT has_schema_privilege(a.role, n.oid, p) ORDER "
            "BY 1"),
        &missing->places));
  }
  for (const std::string& role : needs.make_schemas) {
    RETURN_IF_ERROR(ReadLines(
        connection,
        absl::StrCat("SELECT 'role ' || r.role::text || ' lacks CREATE on database ' || "
                     "quote_ident(current_database()) || ': GRANT CREATE ON DATABASE ' || "
                     "quote_ident(current_database()) || ' TO ' || r.role::text FROM (SELECT ",
                     RoleOf(role),
                     " AS role) r WHERE NOT has_database_privilege(r.role, current_database(), "
                     "'CREATE')"),
        &missing->places));
  }
  return absl::OkStatus();
}

// What a statement does to tables that are not its role's own, by its node.
std::vector<std::string> PrivilegesOn(absl::string_view node) {
  if (node == "InsertStmt") return {"INSERT", "SELECT"};
  if (node == "UpdateStmt") return {"UPDATE", "SELECT"};
  if (node == "DeleteStmt") return {"DELETE", "SELECT"};
  if (node == "TruncateStmt") return {"TRUNCATE"};
  if (node == "AlterTableStmt" || node == "CreateStmt") return {"REFERENCES"};
  return {"SELECT"};
}

absl::Status ReadPrivileges(postgres::Connection& connection, const impact::Impact& impact,
                            const std::string& role, std::vector<std::string>* lines) {
  std::vector<std::string> wanted;
  for (const impact::Lock& lock : impact.locks) {
    if (lock.relation.name.empty()) continue;
    for (const std::string& privilege : PrivilegesOn(impact.node)) {
      wanted.push_back(
          absl::StrCat("(", RelationOid(sql::Qualified(lock.relation.schema, lock.relation.name)),
                       ", ", RoleOf(role), ", ", sql::Literal(privilege), ")"));
    }
  }
  if (wanted.empty()) return absl::OkStatus();
  return ReadLines(
      connection,
      absl::StrCat("SELECT DISTINCT 'role ' || w.role::text || ' lacks ' || w.privilege || ' on ' "
                   "|| t.name || ': GRANT ' || w.privilege || ' ON ' || t.name || ' TO ' || "
                   "w.role::text FROM (VALUES ",
                   absl::StrJoin(wanted, ", "),
                   ") w(relation, role, privilege) JOIN pg_class c ON c.oid = w.relation JOIN "
                   "pg_namespace n ON n.oid = c.relnamespace, LATERAL (SELECT format('%I.%I', "
                   "n.nspname, c.relname) AS name) t WHERE w.role IS NOT NULL AND NOT "
                   "has_table_privilege(w.role, c.oid, w.privilege) ORDER BY 1"),
      lines);
}

}  // namespace

absl::Status ReadMissingRights(postgres::Connection& connection,
                               absl::Span<const ScriptRun> scripts, MissingRights* missing) {
  const Needs needs = Finder().Run(scripts);
  const char* may_set = connection.server_version() >= 160000 ? "'SET'" : "'MEMBER'";
  RETURN_IF_ERROR(ReadOwners(connection, needs, may_set, missing));
  RETURN_IF_ERROR(ReadPlaces(connection, needs, may_set, missing));
  if (needs.roles.empty()) return absl::OkStatus();
  std::vector<std::string> roles;
  for (const std::string& role : needs.roles) {
    roles.push_back(absl::StrCat("(", RoleOf(role), ")"));
  }
  return ReadLines(connection,
                   absl::StrCat("SELECT r.role::text FROM (VALUES ", absl::StrJoin(roles, ", "),
                                ") r(role) WHERE r.role IS NOT NULL AND NOT "
                                "pg_has_role(session_user, r.role, ",
                                may_set, ") ORDER BY 1"),
                   &missing->forbidden_roles);
}

std::vector<std::string> RightsToAskFor(postgres::Connection& connection, const ScriptRun& script,
                                        size_t statement) {
  ScriptRun one;
  std::string role;
  for (size_t i = 0; i <= statement; ++i) {
    role = RoleAfter(script.statements[i].text, script.impacts[i], role);
    const bool sets = script.impacts[i].session.setting == "role";
    if (i < statement && !sets) continue;
    one.statements.push_back(script.statements[i]);
    one.impacts.push_back(script.impacts[i]);
  }
  MissingRights missing;
  // What cannot be read is not said: the server's refusal stands above it.
  ReadMissingRights(connection, {&one, 1}, &missing).IgnoreError();
  std::vector<std::string> lines = std::move(missing.foreign_tables);
  for (std::string& place : missing.places) lines.push_back(std::move(place));
  ReadPrivileges(connection, script.impacts[statement], role, &lines).IgnoreError();
  if (!lines.empty()) return lines;
  const absl::StatusOr<postgres::Result> self =
      connection.Exec(absl::StrCat("SELECT ", RoleOf(role), "::text"));
  const std::string name = self.ok() && !self->IsNull(0, 0) ? std::string(self->Text(0, 0)) : role;
  return {absl::StrCat("role ", name,
                       " lacks a right: GRANT it what the statement needs, or make it "
                       "a member of the owner of what is changed (GRANT owner TO ",
                       name, ")")};
}

}  // namespace autogen::apply
