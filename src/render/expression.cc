#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/render/definition.h"

namespace autogen::render {
namespace {

// The bracket at `open` closes with the last character. Says no where it would take a real scanner
// to know (backslashes, dollar quotes, comments): one pair of parentheses too many does no harm.
bool ClosesAtEnd(absl::string_view text, size_t open) {
  if (text.empty() || text.back() != ')') return false;
  if (text.find_first_of("\\$") != absl::string_view::npos || absl::StrContains(text, "--") ||
      absl::StrContains(text, "/*")) {
    return false;
  }
  int depth = 0;
  char quote = 0;
  for (size_t i = open; i < text.size(); ++i) {
    char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i + 1 == text.size();
    }
  }
  return false;
}

// The length of a possibly qualified, unquoted name at the start of `text`.
size_t NameLength(absl::string_view text) {
  size_t i = 0;
  while (i < text.size() && (absl::ascii_isalnum(static_cast<unsigned char>(text[i])) ||
                             text[i] == '_' || text[i] == '.')) {
    ++i;
  }
  return i;
}

}  // namespace

std::string Parenthesized(absl::string_view expression) {
  bool enclosed = absl::StartsWith(expression, "(") && ClosesAtEnd(expression, 0);
  return enclosed ? std::string(expression) : absl::StrCat("(", expression, ")");
}

std::string KeyExpression(absl::string_view expression) {
  size_t name = NameLength(expression);
  bool call = name > 0 && name < expression.size() && expression[name] == '(' &&
              ClosesAtEnd(expression, name);
  // EXTRACT(… FROM …) and the like are no plain calls; the grammar takes them in parentheses only.
  if (call && !absl::EqualsIgnoreCase(expression.substr(0, name), "extract")) {
    return std::string(expression);
  }
  return Parenthesized(expression);
}

}  // namespace autogen::render
