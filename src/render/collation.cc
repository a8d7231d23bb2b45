#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/types.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

absl::Status Create(const diff::Operation& op, Context& context) {
  const auto& c = static_cast<const Collation&>(*op.after);
  std::vector<std::string> parts = {
      absl::StrCat("provider = ", c.provider().empty() ? "libc" : c.provider())};
  auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) parts.push_back(absl::StrCat(name, " = ", sql::Literal(value)));
  };
  add("locale", c.locale());
  add("lc_collate", c.lc_collate());
  add("lc_ctype", c.lc_ctype());
  if (c.nondeterministic()) parts.push_back("deterministic = false");
  add("rules", c.rules());
  context.Add(
      absl::StrCat("CREATE COLLATION ", SqlName(c, op.id), " (", absl::StrJoin(parts, ", "), ")"));
  return absl::OkStatus();
}

}  // namespace

KindRenderer CollationRenderer() { return {.create = Create, .drop = DropObject}; }

}  // namespace autogen::render
