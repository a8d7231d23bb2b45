// The one layout of model files, shared by the printer and by `autogen fmt`.
#ifndef AUTOGEN_MODEL_LAYOUT_H_
#define AUTOGEN_MODEL_LAYOUT_H_

#include <string>

#include "src/model/text_tree.h"

namespace autogen::model {

inline constexpr size_t kLineWidth = 100;

// The text of `root`'s children.
//
// A message stands on one line where it fits into kLineWidth and holds no comment and no value of
// several lines. A nested message that does not fit is filled over a few lines, aligned behind its
// opening bracket, if its fields fit; else each field has its own line. At the top, a message with
// objects inside (a table with columns) always has a line for each field, and an empty line stands
// around every message of several lines, and between different kinds.
std::string Layout(const TextNode& root);

// The same for one field, without the line end.
std::string LayoutField(const TextNode& field);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_LAYOUT_H_
