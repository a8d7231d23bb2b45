#include "src/revision/python_text.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace autogen::revision {
namespace {

bool IsName(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

PythonText::PythonText(absl::string_view text) : text_(text) {
  absl::ConsumePrefix(&text_, "\xEF\xBB\xBF");
}

int PythonText::Line() const {
  return 1 +
         static_cast<int>(std::count(text_.begin(), text_.begin() + static_cast<long>(at_), '\n'));
}

absl::Status PythonText::Error(absl::string_view what) const {
  const int line = Line();
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

int PythonText::StringPrefix() const {
  size_t i = at_;
  while (i < text_.size() && i < at_ + 2 && absl::StrContains("rRbBuUfF", text_.substr(i, 1))) ++i;
  if (i < text_.size() && (text_[i] == '"' || text_[i] == '\'')) return static_cast<int>(i - at_);
  return -1;
}

absl::StatusOr<std::string> PythonText::ReadString() {
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
      } else if (next != '\n') {  // a line that goes on
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

void PythonText::SkipBlanks(bool in_brackets) {
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

std::string PythonText::ReadName() {
  size_t start = at_;
  while (at_ < text_.size() && IsName(text_[at_])) ++at_;
  return std::string(text_.substr(start, at_ - start));
}

bool PythonText::AtAssign() const {
  return absl::StartsWith(text_.substr(at_), "=") && !absl::StartsWith(text_.substr(at_), "==");
}

}  // namespace autogen::revision
