#include "absl/strings/str_cat.h"
#include "autogen/external.pb.h"
#include "src/render/grant_levels.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

const char* TypeSql(DefaultPrivileges::ObjectType type) {
  switch (type) {
    case DefaultPrivileges::SEQUENCES:
      return "SEQUENCES";
    case DefaultPrivileges::FUNCTIONS:
      return "FUNCTIONS";
    case DefaultPrivileges::TYPES:
      return "TYPES";
    case DefaultPrivileges::SCHEMAS:
      return "SCHEMAS";
    case DefaultPrivileges::LARGE_OBJECTS:
      return "LARGE OBJECTS";
    default:  // TABLES, and what protobuf adds to an enum
      return "TABLES";
  }
}

// An entry for every schema starts from what PostgreSQL itself gives, one for a single schema from
// nothing.
InDefault DefaultOf(const DefaultPrivileges& d) {
  return [&d](const std::string& role, const std::string& privilege) {
    if (!d.schema().empty()) return false;
    return role == d.role() ||
           (role == "PUBLIC" &&
            ((d.on() == DefaultPrivileges::FUNCTIONS && privilege == "EXECUTE") ||
             (d.on() == DefaultPrivileges::TYPES && privilege == "USAGE")));
  };
}

void Render(const DefaultPrivileges& d, const GrantLevels& before, const GrantLevels& after,
            Context& context) {
  if (!context.options.privileges) return;
  std::string prefix = absl::StrCat("ALTER DEFAULT PRIVILEGES FOR ROLE ", sql::Ident(d.role()));
  if (!d.schema().empty()) absl::StrAppend(&prefix, " IN SCHEMA ", sql::Ident(d.schema()));
  for (const GrantStatement& s : GrantsBetween(before, after, DefaultOf(d))) {
    context.Add(absl::StrCat(prefix, " ", GrantSql(s, TypeSql(d.on()))));
  }
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& d = static_cast<const DefaultPrivileges&>(*op.after);
  Render(d, {}, LevelsOf(d), context);
  context.privileges.defaults.Set(d);
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& d = static_cast<const DefaultPrivileges&>(*op.after);
  Render(d, LevelsOf(*op.before), LevelsOf(d), context);
  context.privileges.defaults.Set(d);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  const auto& d = static_cast<const DefaultPrivileges&>(*op.before);
  Render(d, LevelsOf(d), {}, context);
  context.privileges.defaults.Erase(d);
  return absl::OkStatus();
}

}  // namespace

KindRenderer DefaultPrivilegesRenderer() {
  return {.create = Create, .drop = Drop, .alter = Alter};
}

}  // namespace autogen::render
