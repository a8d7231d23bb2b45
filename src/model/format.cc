#include "src/model/format.h"

#include "absl/strings/str_cat.h"
#include "src/model/layout.h"
#include "src/model/text_tree.h"

namespace autogen::model {

absl::StatusOr<std::string> FormatModel(const std::string& name, const std::string& text) {
  TextNode root;
  TextError error;
  if (!ParseTextTree(text, &root, &error)) {
    TextPosition position = PositionAt(text, error.offset);
    return absl::InvalidArgumentError(
        absl::StrCat(name, ":", position.line, ":", position.column, ": ", error.what));
  }
  return Layout(root);
}

}  // namespace autogen::model
