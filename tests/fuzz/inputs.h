// What a fuzz target starts from.
#ifndef AUTOGEN_TESTS_FUZZ_INPUTS_H_
#define AUTOGEN_TESTS_FUZZ_INPUTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::fuzz {

// The content of every file of a folder, sorted by name; of the file itself where `path` is one.
absl::StatusOr<std::vector<std::string>> ReadSeeds(const std::string& path);

// A dictionary as libFuzzer reads it: lines of "word", with \\, \" and \xNN; "#" starts a comment.
absl::StatusOr<std::vector<std::string>> ParseDictionary(absl::string_view text);

// A text of about a size: much of one thing, which is linear work only where nothing looks at all
// of it again and again.
struct Shape {
  std::string name;
  std::string before;  // once
  std::string open;    // repeated
  std::string middle;  // once
  std::string close;   // as often as `open`
  std::string Of(size_t bytes) const;
};

// Brackets, quotes, comments, operators, digits, bytes of UTF-8 and the like; and each seed and
// each word, repeated.
std::vector<Shape> Shapes(const std::vector<std::string>& seeds,
                          const std::vector<std::string>& words);

}  // namespace autogen::fuzz

#endif  // AUTOGEN_TESTS_FUZZ_INPUTS_H_
