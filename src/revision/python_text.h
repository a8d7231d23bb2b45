// A Python text and a place in it: strings, names, blanks. For the .cc files of this layer.
#ifndef AUTOGEN_REVISION_PYTHON_TEXT_H_
#define AUTOGEN_REVISION_PYTHON_TEXT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace autogen::revision {

inline bool IsPythonNameStart(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}

class PythonText {
 public:
  explicit PythonText(absl::string_view text);

 protected:
  // From 1.
  int Line() const;
  // InvalidArgument: "line 7: …".
  absl::Status Error(absl::string_view what) const;
  // The length of a string's prefix (r, b, u, f and pairs of them) at the reader, -1 where none
  // starts.
  int StringPrefix() const;
  absl::StatusOr<std::string> ReadString();
  // Blanks, comments and escaped line ends; line ends too inside brackets.
  void SkipBlanks(bool in_brackets);
  std::string ReadName();
  // "=", but not "==".
  bool AtAssign() const;

  absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_PYTHON_TEXT_H_
