// The tokens of a protobuf text file as a tree: what formatting, error positions and edits in place
// need and TextFormat throws away (comments, blank lines, byte offsets, values as written).
#ifndef AUTOGEN_MODEL_TEXT_TREE_H_
#define AUTOGEN_MODEL_TEXT_TREE_H_

#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace autogen::model {

// A piece of a value: a string literal with its quotes, a number, a word.
struct TextToken {
  std::vector<absl::string_view> comments;  // on the lines before it
  absl::string_view text;
  absl::string_view trailing;  // the comment behind it on its line
};

// One field: `name: value`, `name { fields }` or `name: [values]`. Views point into the text that
// was parsed (or, for trees made by a printer, into memory that outlives them).
struct TextNode {
  enum class Shape { kScalar, kMessage, kList };
  Shape shape = Shape::kScalar;
  bool blank_before = false;                // an empty line stood before it (and its comments)
  absl::string_view name;                   // empty for the root and for the elements of a list
  std::vector<absl::string_view> comments;  // on the lines before it, from "#" to the line's end
  absl::string_view trailing;               // behind it on its last line
  absl::string_view opening;                // behind the opening bracket
  absl::InlinedVector<TextToken, 1> value;  // kScalar; adjacent string literals are one value
  std::vector<TextNode> children;           // kMessage: fields; kList: elements
  std::vector<absl::string_view> closing;   // comments before the closing bracket
  size_t begin = 0, end = 0;                // bytes, from the name to the value's end
  size_t value_begin = 0;                   // the value, or the opening bracket
};

// A place in a file, counted from 1; columns are bytes.
struct TextPosition {
  size_t line = 1, column = 1;
};
TextPosition PositionAt(absl::string_view text, size_t offset);

// Where and why a text is no tree.
struct TextError {
  size_t offset = 0;
  std::string what;
};

// The root, whose children are the fields of the file. False fills `error`. Knows nothing of
// field names and types.
bool ParseTextTree(absl::string_view text, TextNode* root, TextError* error);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_TEXT_TREE_H_
