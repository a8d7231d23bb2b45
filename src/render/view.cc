#include "absl/strings/str_cat.h"
#include "autogen/view.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

std::string Definition(const View& view, const model::ObjectId& id) {
  std::string options = WithOptions(view.with());
  return absl::StrCat("VIEW ", SqlName(view, id),
                      options.empty() ? "" : absl::StrCat(" WITH (", options, ")"), " AS\n",
                      view.definition());
}

absl::Status Create(const Operation& op, Context& context) {
  context.Add(absl::StrCat("CREATE ", Definition(static_cast<const View&>(*op.after), op.id)));
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& before = static_cast<const View&>(*op.before);
  const auto& after = static_cast<const View&>(*op.after);
  if (context.Changed(op, "definition")) {
    // Options that are not named are reset, so the statement says them all.
    context.Add(op, absl::StrCat("CREATE OR REPLACE ", Definition(after, op.id)),
                "replace the query");
    return absl::OkStatus();
  }
  OptionChanges options = DiffOptions(before.with(), after.with());
  const std::string alter = absl::StrCat("ALTER VIEW ", SqlName(after, op.id));
  if (!options.reset.empty()) {
    context.Add(op, absl::StrCat(alter, " RESET (", options.reset, ")"), "options");
  }
  if (!options.set.empty()) {
    context.Add(op, absl::StrCat(alter, " SET (", options.set, ")"), "options");
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer ViewRenderer() { return {.create = Create, .drop = DropObject, .alter = Alter}; }

}  // namespace autogen::render
