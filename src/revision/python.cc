#include "src/revision/python.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/status.h"

namespace autogen::revision {
namespace {

// Deeper than any list of revisions; ReadValue() calls itself for each level.
constexpr int kMaxDepth = 64;

bool IsNameStart(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool IsName(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

class Reader {
 public:
  Reader(absl::string_view text, const std::vector<std::string>& names)
      : text_(text), names_(names) {}

  absl::StatusOr<PythonModule> Read() {
    absl::ConsumePrefix(&text_, "\xEF\xBB\xBF");
    bool first = true;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '#') {
        // An indented line is inside of something; nothing at the top level starts there.
        RETURN_IF_ERROR(SkipStatement());
        continue;
      }
      if (first && StringPrefix() >= 0) {
        ASSIGN_OR_RETURN(module_.docstring, ReadString());
      } else if (IsNameStart(c)) {
        RETURN_IF_ERROR(ReadAssignment());
      }
      first = false;
      RETURN_IF_ERROR(SkipStatement());
    }
    return std::move(module_);
  }

 private:
  absl::Status Error(absl::string_view what) const {
    auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(at_), '\n');
    return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
  }

  // The length of a string's prefix (r, b, u, f and pairs of them) at the reader, -1 where none
  // starts.
  int StringPrefix() const {
    size_t i = at_;
    while (i < text_.size() && i < at_ + 2 && absl::StrContains("rRbBuUfF", text_.substr(i, 1)))
      ++i;
    if (i < text_.size() && (text_[i] == '"' || text_[i] == '\'')) return static_cast<int>(i - at_);
    return -1;
  }

  absl::StatusOr<std::string> ReadString() {
    bool raw = false;
    for (int prefix = StringPrefix(); prefix > 0; --prefix, ++at_) {
      raw |= absl::ascii_tolower(static_cast<unsigned char>(text_[at_])) == 'r';
    }
    char quote = text_[at_];
    std::string triple(3, quote);
    bool is_triple = absl::StartsWith(text_.substr(at_), triple);
    size_t start = at_;
    at_ += is_triple ? 3 : 1;
    std::string value;
    while (at_ < text_.size()) {
      if (is_triple ? absl::StartsWith(text_.substr(at_), triple) : text_[at_] == quote) {
        at_ += is_triple ? 3 : 1;
        return value;
      }
      if (text_[at_] == '\n' && !is_triple) break;
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        char next = text_[at_ + 1];
        if (raw) {
          value.append({'\\', next});
        } else if (next == 'n') {
          value.push_back('\n');
        } else if (next == 't') {
          value.push_back('\t');
        } else if (next != '\n') {  // a continued line
          if (next != '\\' && next != '\'' && next != '"') value.push_back('\\');
          value.push_back(next);
        }
        at_ += 2;
        continue;
      }
      value.push_back(text_[at_++]);
    }
    at_ = start;
    return Error("a string without an end");
  }

  // Blanks, comments and escaped line ends; line ends too inside brackets.
  void SkipBlanks(bool in_brackets) {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '\\' && (absl::StartsWith(text_.substr(at_), "\\\n") ||
                               absl::StartsWith(text_.substr(at_), "\\\r\n"))) {
        at_ = text_.find('\n', at_) + 1;
      } else if (c == ' ' || c == '\t' || c == '\r' || (in_brackets && c == '\n')) {
        ++at_;
      } else {
        return;
      }
    }
  }

  // To the start of the next logical line.
  absl::Status SkipStatement() {
    int depth = 0;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '"' || c == '\'') {
        RETURN_IF_ERROR(ReadString().status());
      } else if (c == '\\') {
        at_ = std::min(at_ + (absl::StartsWith(text_.substr(at_), "\\\r\n") ? 3 : 2), text_.size());
      } else {
        if (c == '(' || c == '[' || c == '{') ++depth;
        if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
        ++at_;
        if (c == '\n' && depth == 0) return absl::OkStatus();
      }
    }
    return absl::OkStatus();
  }

  std::string ReadName() {
    size_t start = at_;
    while (at_ < text_.size() && IsName(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  // name [: annotation] = value, if the name is one that is wanted.
  absl::Status ReadAssignment() {
    std::string name = ReadName();
    if (!absl::c_linear_search(names_, name)) return absl::OkStatus();
    SkipBlanks(false);
    if (at_ < text_.size() && text_[at_] == ':') {
      int depth = 0;
      while (at_ < text_.size() && text_[at_] != '\n' && (text_[at_] != '=' || depth > 0)) {
        depth += text_[at_] == '[' ? 1 : text_[at_] == ']' ? -1 : 0;
        ++at_;
      }
    }
    if (at_ + 1 >= text_.size() || text_[at_] != '=' || text_[at_ + 1] == '=') {
      return absl::OkStatus();
    }
    ++at_;
    std::vector<std::string> values;
    RETURN_IF_ERROR(ReadValue(name, false, values));
    SkipBlanks(false);
    // A tuple needs no brackets.
    while (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      SkipBlanks(false);
      if (at_ == text_.size() || text_[at_] == '\n') break;
      RETURN_IF_ERROR(ReadValue(name, false, values));
      SkipBlanks(false);
    }
    if (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != ';') return NoLiteral(name);
    module_.values[name] = std::move(values);
    return absl::OkStatus();
  }

  absl::Status NoLiteral(const std::string& name) const {
    return Error(absl::StrCat(
        name, " is computed, not written as a literal; it cannot be read without running Python"));
  }

  absl::Status ReadValue(const std::string& name, bool in_brackets,
                         std::vector<std::string>& values) {
    SkipBlanks(in_brackets);
    if (at_ == text_.size()) return NoLiteral(name);
    if (StringPrefix() >= 0) {
      std::string value;
      while (at_ < text_.size() && StringPrefix() >= 0) {  // "a" "b" is "ab"
        ASSIGN_OR_RETURN(std::string part, ReadString());
        value += part;
        SkipBlanks(in_brackets);
      }
      values.push_back(std::move(value));
      return absl::OkStatus();
    }
    char open = text_[at_];
    if (++depth_ > kMaxDepth) return Error("brackets nested too deeply");
    const absl::Cleanup shallower = [this] { --depth_; };
    if (open == '(' || open == '[' || open == '{') {
      char close = open == '(' ? ')' : open == '[' ? ']' : '}';
      ++at_;
      while (true) {
        SkipBlanks(true);
        if (at_ == text_.size()) return NoLiteral(name);
        if (text_[at_] == close) {
          ++at_;
          return absl::OkStatus();
        }
        RETURN_IF_ERROR(ReadValue(name, true, values));
        SkipBlanks(true);
        if (at_ < text_.size() && text_[at_] == ',') ++at_;
      }
    }
    if (IsNameStart(open)) {
      size_t start = at_;
      if (ReadName() == "None") return absl::OkStatus();
      at_ = start;
    }
    return NoLiteral(name);
  }

  absl::string_view text_;
  const std::vector<std::string>& names_;
  size_t at_ = 0;
  int depth_ = 0;
  PythonModule module_;
};

}  // namespace

absl::StatusOr<PythonModule> ReadPython(absl::string_view text,
                                        const std::vector<std::string>& names) {
  return Reader(text, names).Read();
}

}  // namespace autogen::revision
