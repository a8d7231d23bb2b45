#include "src/sql/uncast.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

bool IsName(const Token& t) {
  return t.kind == Token::Kind::kIdentifier || t.kind == Token::Kind::kWord;
}

// A type's second words: "character varying(20)", "timestamp(3) with time zone".
bool ContinuesType(const Token& t) {
  for (const char* word : {"varying", "precision", "with", "without", "time", "zone"}) {
    if (t.Is(word)) return true;
  }
  return false;
}

// The token behind the type that starts at `i`.
size_t SkipType(const std::vector<Token>& tokens, size_t i) {
  if (i < tokens.size() && IsName(tokens[i])) ++i;
  while (i + 1 < tokens.size() && tokens[i].IsChar('.') && IsName(tokens[i + 1])) i += 2;
  while (i < tokens.size()) {
    if (ContinuesType(tokens[i])) {
      ++i;
    } else if (tokens[i].IsChar('(') || tokens[i].IsChar('[')) {
      const char close = tokens[i].IsChar('(') ? ')' : ']';
      size_t j = i + 1;
      while (j < tokens.size() &&
             (tokens[j].kind == Token::Kind::kNumber || tokens[j].IsChar(','))) {
        ++j;
      }
      if (j >= tokens.size() || !tokens[j].IsChar(close)) break;
      i = j + 1;
    } else {
      break;
    }
  }
  return i;
}

}  // namespace

std::string WithoutCasts(absl::string_view text) {
  absl::StatusOr<std::vector<Token>> tokens = Scan(text);
  if (!tokens.ok()) return std::string(text);
  std::string bare;
  for (size_t i = 0; i < tokens->size();) {
    const Token& t = (*tokens)[i];
    if (t.text == "::") {
      i = SkipType(*tokens, i + 1);
      continue;
    }
    ++i;
    if (t.kind == Token::Kind::kComment || t.IsChar('(') || t.IsChar(')')) continue;
    absl::StrAppend(&bare, t.text, " ");
  }
  return bare;
}

}  // namespace autogen::sql
