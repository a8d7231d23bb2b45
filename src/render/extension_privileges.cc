// GRANT and REVOKE on what an extension makes.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/inheritance.h"
#include "src/render/grant_levels.h"
#include "src/render/kind.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using model::ExtensionMember;

std::string KeywordOf(const ExtensionMember& member) {
  switch (member.kind) {
    case TABLE:
      return "TABLE";
    case SEQUENCE:
      return "SEQUENCE";
    case FUNCTION:
      return member.procedure ? "PROCEDURE" : "FUNCTION";
    case LANGUAGE:
      return "LANGUAGE";
    case FOREIGN_DATA_WRAPPER:
      return "FOREIGN DATA WRAPPER";
    case SERVER:
      return "FOREIGN SERVER";
    case SCHEMA:
      return "SCHEMA";
    default:  // types of every kind
      return "TYPE";
  }
}

// What is in the extension's schema is in that one now.
std::string NameOf(const ExtensionMember& member, const std::string& home) {
  if (member.schema.empty()) return sql::Ident(member.name);
  const std::string name =
      sql::Qualified(member.schema == member.home ? home : member.schema, member.name);
  if (member.kind != FUNCTION) return name;
  const std::string was = absl::StrCat(sql::Ident(member.home), ".");
  std::vector<std::string> types;
  for (const std::string& type : member.arguments) {
    const bool moves = absl::StartsWith(type, was);
    types.push_back(absl::StrCat(moves ? sql::Ident(home) : "", moves ? "." : "",
                                 absl::string_view(type).substr(moves ? was.size() : 0)));
  }
  return absl::StrCat(name, "(", absl::StrJoin(types, ", "), ")");
}

// How it may stand with the privileges of a member once CREATE EXTENSION has ended: as it did when
// that last ran, or as the default privileges say that are in force by now.
std::vector<GrantLevels> LevelsAtFirst(const ExtensionMember& member, const std::string& schema,
                                       const InDefault& in_default, const Context& context) {
  std::vector<GrantLevels> levels = {LevelsOf(member.first_grant, member.first_revoke)};
  const int type = DefaultPrivilegesType(member.kind);
  const std::string& maker = context.plan.current_user;
  if (type < 0 || maker.empty() || !member.column.empty()) return levels;
  levels.push_back(context.privileges.defaults.For(
      maker, schema, static_cast<DefaultPrivileges::ObjectType>(type), in_default));
  if (levels.back().empty()) levels.pop_back();
  return levels;
}

// One statement for all members that get the same.
struct Together {
  GrantStatement statement;
  std::string keyword, column;
  std::vector<std::string> names;
};
// By whether it grants, so that it comes after what revokes, and its text without the names.
using Statements = std::map<std::pair<bool, std::string>, Together>;

void Collect(const ExtensionMember& member, const std::string& home, const Context& context,
             Statements* statements) {
  InDefault in_default = [](const std::string&, const std::string&) { return false; };
  std::string column;
  if (member.column.empty()) {
    in_default = DefaultOf({member.kind, member.schema, "", member.name}, "", context);
  } else {
    column = absl::StrCat(" (", sql::Ident(member.column), ")");
  }
  const std::string keyword = KeywordOf(member), name = NameOf(member, home);
  const std::string schema = member.schema == member.home ? home : member.schema;
  const GrantLevels wanted = LevelsOf(member.grant, member.revoke);
  for (const GrantLevels& first : LevelsAtFirst(member, schema, in_default, context)) {
    for (const GrantStatement& s : GrantsBetween(first, wanted, in_default)) {
      Together& together = (*statements)[{!s.revoke, GrantSql(s, keyword, column)}];
      if (together.names.empty()) together = {s, keyword, column, {}};
      if (together.names.empty() || together.names.back() != name) together.names.push_back(name);
    }
  }
}

}  // namespace

void RestoreMemberPrivileges(const diff::Operation& create, Context& context) {
  if (!context.options.privileges && !create.restore) return;
  const auto& extension = static_cast<const Extension&>(*create.after);
  Statements statements;
  bool other_version = false;
  for (const ExtensionMember& member : context.plan.uncompared.members) {
    if (member.extension != extension.name()) continue;
    other_version |= !extension.version().empty() && extension.version() != member.version;
    Collect(member, model::SchemaOrPublic(extension.schema()), context, &statements);
  }
  if (statements.empty()) return;
  if (other_version) {
    context.statements.back().remarks.push_back(
        "what was granted on its members is lost: this version may have others");
    return;
  }
  for (const auto& [key, t] : statements) {
    const std::string on = absl::StrCat(t.keyword, " ", absl::StrJoin(t.names, ", "));
    context.Add(GrantSql(t.statement, on, t.column));
  }
}

}  // namespace autogen::render
