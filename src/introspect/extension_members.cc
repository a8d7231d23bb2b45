// What extensions have made, with its privileges.
#include <algorithm>

#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

Kind KindOf(absl::string_view what) {
  static constexpr std::pair<absl::string_view, Kind> kKinds[] = {{"table", TABLE},
                                                                  {"sequence", SEQUENCE},
                                                                  {"function", FUNCTION},
                                                                  {"procedure", FUNCTION},
                                                                  {"type", BASE_TYPE},
                                                                  {"language", LANGUAGE},
                                                                  {"wrapper", FOREIGN_DATA_WRAPPER},
                                                                  {"server", SERVER},
                                                                  {"schema", SCHEMA}};
  for (const auto& [name, kind] : kKinds) {
    if (name == what) return kind;
  }
  return KIND_UNSPECIFIED;
}

bool IsSame(const model::ExtensionMember& a, const model::ExtensionMember& b) {
  return a.extension == b.extension && a.kind == b.kind && a.procedure == b.procedure &&
         a.schema == b.schema && a.name == b.name && a.arguments == b.arguments &&
         a.column == b.column;
}

// A privilege that was granted to one role in one way joins the others.
void Add(Row& row, std::vector<Grant>* grants) {
  const bool option = row.Bool("grant_option");
  if (grants->empty() || grants->back().role() != row.Text("role") ||
      grants->back().grant_option() != option) {
    grants->emplace_back();
    grants->back().set_role(row.String("role"));
    grants->back().set_grant_option(option);
  }
  grants->back().add_privilege(row.String("privilege"));
}

}  // namespace

void ReadExtensionMembers(const postgres::Result& result, Builder& builder) {
  std::vector<model::ExtensionMember>& members = builder.uncompared().members;
  for (Row row(result); row.Next();) {
    model::ExtensionMember member;
    member.extension = row.String("extension");
    member.version = row.String("version");
    member.home = row.String("home");
    member.kind = KindOf(row.Text("what"));
    member.procedure = row.Text("what") == "procedure";
    if (!row.IsNull("schema")) member.schema = row.String("schema");
    member.name = row.String("name");
    if (!row.IsNull("arguments")) member.arguments = row.Array("arguments");
    if (!row.IsNull("column_name")) member.column = row.String("column_name");
    if (members.empty() || !IsSame(members.back(), member)) members.push_back(std::move(member));
    if (row.IsNull("privilege")) continue;
    model::ExtensionMember& last = members.back();
    const bool revoked = row.Bool("revoked");
    if (row.Bool("first")) {
      Add(row, revoked ? &last.first_revoke : &last.first_grant);
    } else {
      Add(row, revoked ? &last.revoke : &last.grant);
    }
  }
}

}  // namespace autogen::introspect
