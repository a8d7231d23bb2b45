#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "src/base/status.h"
#include "src/revision/python.h"
#include "src/revision/python_text.h"

namespace autogen::revision {
namespace {

class ArgumentReader : public PythonText {
 public:
  ArgumentReader(absl::string_view text, const std::vector<std::string>& names)
      : PythonText(text), names_(names) {}

  std::vector<PythonArgument> Arguments() {
    std::vector<PythonArgument> found;
    std::vector<std::string> calls;  // that are open
    std::string name;                // the last one
    bool starts = false;             // an argument may start here
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        if (!ReadString().ok()) return found;
      } else if (c == '#' || c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\\') {
        c == '\\' ? void(++at_) : SkipBlanks(true);
        continue;
      } else if (IsPythonNameStart(c)) {
        name = ReadName();
        const size_t behind = at_;
        SkipBlanks(true);
        if (starts && AtAssign()) AddArgument(name, 1, calls, found);
        at_ = std::max(at_, behind);
        starts = false;
        continue;
      } else if (starts && absl::StartsWith(text_.substr(at_), "**")) {
        AddArgument("**", 2, calls, found);
      } else {
        if (c == '(' || c == '[' || c == '{') calls.push_back(c == '(' ? name : "");
        if ((c == ')' || c == ']' || c == '}') && !calls.empty()) calls.pop_back();
        name.clear();
        ++at_;
      }
      starts = !calls.empty() && (c == '(' || c == ',');
    }
    return found;
  }

 private:
  // The reader stands before "=" or "**", `skip` bytes, and goes behind them.
  void AddArgument(const std::string& name, size_t skip, const std::vector<std::string>& calls,
                   std::vector<PythonArgument>& found) {
    const int line = Line();
    at_ += skip;
    if (!absl::c_linear_search(names_, name)) return;
    const size_t begin = at_;
    if (!SkipExpression().ok()) return;
    found.push_back({calls.back(), name,
                     std::string(absl::StripAsciiWhitespace(text_.substr(begin, at_ - begin))),
                     line});
    at_ = begin;
  }

  // To the "," or bracket behind it.
  absl::Status SkipExpression() {
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        RETURN_IF_ERROR(ReadString().status());
        continue;
      }
      if (c == '(' || c == '[' || c == '{') ++depth;
      if ((c == ')' || c == ']' || c == '}') && depth-- == 0) break;
      if (c == ',' && depth == 0) break;
      if (c == '#') {
        SkipBlanks(true);
      } else {
        ++at_;
      }
    }
    return absl::OkStatus();
  }

  const std::vector<std::string>& names_;
};

}  // namespace

std::vector<PythonArgument> FindArguments(absl::string_view text,
                                          const std::vector<std::string>& names) {
  return ArgumentReader(text, names).Arguments();
}

}  // namespace autogen::revision
