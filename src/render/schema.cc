#include "absl/strings/str_cat.h"
#include "src/render/renderers.h"

namespace autogen::render {
namespace {

absl::Status Create(const diff::Operation& op, Context& context) {
  const std::string name = SqlName(*op.after, op.id);
  context.Add(absl::StrCat("CREATE SCHEMA ", name));
  if (op.id.name == "public" && context.options.privileges) {
    context.Add(absl::StrCat("GRANT ", context.AtLeast(15) ? "USAGE" : "USAGE, CREATE",
                             " ON SCHEMA ", name, " TO PUBLIC"));
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer SchemaRenderer() { return {.create = Create, .drop = DropObject}; }

}  // namespace autogen::render
