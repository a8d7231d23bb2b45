#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/types.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

// The parameters of CREATE TYPE whose values are text; the others are names, types and keywords.
bool IsText(const std::string& parameter) {
  return parameter == "default" || parameter == "category" || parameter == "delimiter";
}

// Without a definition: a shell, for the functions that the definition names.
absl::Status Create(const Operation& op, Context& context) {
  const auto& type = static_cast<const BaseType&>(*op.after);
  std::string text = absl::StrCat("CREATE TYPE ", SqlName(type, op.id));
  std::vector<std::string> parts;
  for (const Option& o : type.definition()) {
    parts.push_back(absl::StrCat(absl::AsciiStrToUpper(o.name()), " = ",
                                 IsText(o.name()) ? sql::Literal(o.value()) : o.value()));
  }
  if (!parts.empty()) {
    absl::StrAppend(&text, " (\n    ", absl::StrJoin(parts, ",\n    "), "\n)");
  }
  context.Add(std::move(text));
  return absl::OkStatus();
}

// The type and its input and output functions need one another.
absl::Status Drop(const Operation& op, Context& context) {
  const auto& type = static_cast<const BaseType&>(*op.before);
  if (type.definition().empty()) return DropObject(op, context);
  context.Add(op, absl::StrCat("DROP TYPE ", SqlName(type, op.id), " CASCADE"), "drop type",
              "with its input and output functions");
  return absl::OkStatus();
}

}  // namespace

KindRenderer BaseTypeRenderer() { return {.create = Create, .drop = Drop}; }

}  // namespace autogen::render
