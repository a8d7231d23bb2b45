#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/render/definition.h"
#include "src/sql/keywords.h"
#include "src/sql/scan.h"

namespace autogen::render {
namespace {

// "( SELECT …": brackets that belong to a subquery.
bool OpensQuery(absl::string_view text) {
  text.remove_prefix(1);
  text = absl::StripLeadingAsciiWhitespace(text);
  for (absl::string_view word : {"select", "with", "values", "table"}) {
    if (absl::StartsWithIgnoreCase(text, word) &&
        (text.size() == word.size() || !absl::ascii_isalnum(text[word.size()]))) {
      return true;
    }
  }
  return false;
}

// The bracket at `open` closes with the last character. Says no where it would take a real scanner
// to know (backslashes, dollar quotes, comments): one pair of parentheses too many does no harm.
// `is_list`, where given, tells of a comma between the two.
bool ClosesAtEnd(absl::string_view text, size_t open, bool* is_list = nullptr) {
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
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if ((c == ')' || c == ']') && --depth == 0) {
      return i + 1 == text.size();
    } else if (c == ',' && depth == 1 && is_list != nullptr) {
      *is_list = true;
    }
  }
  return false;
}

// Words that continue an expression, but not one of the kind that DEFAULT takes in a definition:
// NOT NULL, COLLATE and the like belong to the column there.
constexpr absl::string_view kAfterDefault[] = {
    "and",  "any", "at",      "between", "collate",  "ilike",   "in",   "is", "isnull",
    "like", "not", "notnull", "or",      "overlaps", "similar", "some", "all"};

bool MayHoldOne(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  return std::any_of(std::begin(kAfterDefault), std::end(kAfterDefault),
                     [&](absl::string_view word) { return absl::StrContains(lower, word); });
}

bool NeedsBracketsAfterDefault(absl::string_view text) {
  if (!MayHoldOne(text)) return false;
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(text);
  if (!tokens.ok()) return true;
  int depth = 0;
  for (const sql::Token& token : *tokens) {
    if (token.IsChar('(') || token.IsChar('[')) ++depth;
    if (token.IsChar(')') || token.IsChar(']')) --depth;
    if (depth == 0 && token.kind == sql::Token::Kind::kWord &&
        std::find(std::begin(kAfterDefault), std::end(kAfterDefault), token.word) !=
            std::end(kAfterDefault)) {
      return true;
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

// Not EXTRACT(… FROM …), ROW(…), NOT(…) and the like.
bool IsPlainCall(absl::string_view name) {
  return name != "extract" && name != "row" && name != "exists" &&
         sql::KeywordOf(name) != sql::Keyword::kReserved;
}

}  // namespace

std::string Parenthesized(absl::string_view expression) {
  bool is_row = false;
  bool enclosed = absl::StartsWith(expression, "(") && ClosesAtEnd(expression, 0, &is_row) &&
                  !is_row && !OpensQuery(expression);
  return enclosed ? std::string(expression) : absl::StrCat("(", expression, ")");
}

std::string DefaultExpression(absl::string_view expression) {
  return NeedsBracketsAfterDefault(expression) ? Parenthesized(expression)
                                               : std::string(expression);
}

std::string KeyExpression(absl::string_view expression) {
  size_t name = NameLength(expression);
  bool call = name > 0 && name < expression.size() && expression[name] == '(' &&
              ClosesAtEnd(expression, name);
  if (call && IsPlainCall(absl::AsciiStrToLower(expression.substr(0, name)))) {
    return std::string(expression);
  }
  return Parenthesized(expression);
}

}  // namespace autogen::render
