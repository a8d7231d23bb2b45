// GRANT and REVOKE on the sequences behind identity columns.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/render/definition.h"
#include "src/render/grant_levels.h"
#include "src/sql/quote.h"

namespace autogen::render {

void RestoreIdentityPrivileges(const Column& column, const model::ObjectId& id, Context& context) {
  if (!column.has_identity()) return;
  const bool recreated = context.plan.before != nullptr && context.plan.before->Find(id) >= 0;
  if (!context.options.privileges && !recreated) return;
  const auto& identities = context.plan.uncompared.identities;
  auto found = std::find_if(identities.begin(), identities.end(),
                            [&](const auto& identity) { return identity.column == id; });
  if (found == identities.end()) return;
  const std::string sequence = IdentitySequence(column.identity(), id);
  const InDefault in_default = DefaultOf({SEQUENCE, id.schema, "", sequence}, "", context);
  GrantLevels first;
  if (!context.plan.current_user.empty()) {
    first = context.privileges.defaults.For(context.plan.current_user, id.schema,
                                            DefaultPrivileges::SEQUENCES, in_default);
  }
  const std::string on = absl::StrCat("SEQUENCE ", sql::Qualified(id.schema, sequence));
  for (const GrantStatement& s :
       GrantsBetween(first, LevelsOf(found->grant, found->revoke), in_default)) {
    context.Add(GrantSql(s, on));
  }
}

}  // namespace autogen::render
