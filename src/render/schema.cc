#include "absl/strings/str_cat.h"
#include "src/render/renderers.h"

namespace autogen::render {
namespace {

absl::Status Create(const diff::Operation& op, Context& context) {
  context.Add(absl::StrCat("CREATE SCHEMA ", SqlName(*op.after, op.id)));
  return absl::OkStatus();
}

}  // namespace

KindRenderer SchemaRenderer() { return {.create = Create, .drop = DropObject}; }

}  // namespace autogen::render
