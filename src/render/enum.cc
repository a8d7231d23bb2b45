#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

bool Contains(const std::vector<std::string>& labels, const std::string& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& e = static_cast<const Enum&>(*op.after);
  std::string text = absl::StrCat("CREATE TYPE ", SqlName(e, op.id), " AS ENUM (");
  for (int i = 0; i < e.label_size(); ++i) {
    absl::StrAppend(&text, i > 0 ? "," : "", "\n    ", sql::Literal(e.label(i)));
  }
  context.Add(absl::StrCat(text, "\n)"));
  return absl::OkStatus();
}

absl::Status AddLabels(const Operation& op, const std::string& alter, const Enum& after,
                       std::vector<std::string> labels, Context& context) {
  for (int i = 0; i < after.label_size(); ++i) {
    size_t at = static_cast<size_t>(i);
    const std::string& label = after.label(i);
    if (at < labels.size() && labels[at] == label) continue;
    if (Contains(labels, label)) break;
    std::string place;
    if (at < labels.size()) place = absl::StrCat(" BEFORE ", sql::Literal(labels[at]));
    context.Add(op, absl::StrCat(alter, " ADD VALUE ", sql::Literal(label), place), {});
    labels.insert(labels.begin() + i, label);
  }
  if (!std::equal(labels.begin(), labels.end(), after.label().begin(), after.label().end())) {
    return absl::UnimplementedError(
        absl::StrCat("cannot remove or move labels of ", model::Describe(op.id), " in place"));
  }
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  if (!context.Changed(op, "label")) return absl::OkStatus();
  const auto& before = static_cast<const Enum&>(*op.before);
  const auto& after = static_cast<const Enum&>(*op.after);
  std::string alter = absl::StrCat("ALTER TYPE ", SqlName(after, op.id));
  std::vector<std::string> labels(before.label().begin(), before.label().end());
  return AddLabels(op, alter, after, std::move(labels), context);
}

absl::Status Rename(const Operation& op, Context& context) {
  for (const auto& [from, to] : op.parts) {
    context.Add(absl::StrCat("ALTER TYPE ", SqlName(*op.after, op.id), " RENAME VALUE ",
                             sql::Literal(from), " TO ", sql::Literal(to)));
  }
  return RenameObject(op, context);
}

}  // namespace

KindRenderer EnumRenderer() {
  return {.create = Create, .drop = DropObject, .alter = Alter, .rename = Rename};
}

}  // namespace autogen::render
