#include "src/sql/psql.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

// What may follow the colon of a variable: see variable_char in psqlscan.l.
bool BeginsVariable(absl::string_view text, size_t at) {
  if (at >= text.size()) return false;
  const char c = text[at];
  return absl::ascii_isalnum(c) || c == '_' || c == '\'' || c == '"' || c == '{' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Without looking at quotes: most statements have no such colon, and need not be scanned.
bool MayHaveVariable(absl::string_view text) {
  for (size_t at = text.find(':'); at != absl::string_view::npos; at = text.find(':', at + 1)) {
    if (at + 1 < text.size() && text[at + 1] == ':') {
      ++at;  // a cast
    } else if (BeginsVariable(text, at + 1)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string WithoutPsqlVariables(std::string statement) {
  if (!MayHaveVariable(statement)) return statement;
  absl::StatusOr<std::vector<Token>> tokens = Scan(statement);
  if (!tokens.ok()) return statement;
  std::string out;
  size_t copied = 0;
  for (const Token& token : *tokens) {
    if (!token.IsChar(':') || !BeginsVariable(statement, token.end)) continue;
    absl::StrAppend(&out, absl::string_view(statement).substr(copied, token.end - copied), " ");
    copied = token.end;
  }
  if (copied == 0) return statement;
  absl::StrAppend(&out, absl::string_view(statement).substr(copied));
  return out;
}

bool NeedsStandardStrings(absl::string_view statement) {
  if (statement.find('\\') == absl::string_view::npos) return false;
  absl::StatusOr<std::vector<Token>> tokens = Scan(statement);
  if (!tokens.ok()) return true;
  for (const Token& token : *tokens) {
    if (token.kind == Token::Kind::kString &&
        absl::string_view("Ee$").find(token.text.front()) == absl::string_view::npos &&
        token.text.find('\\') != absl::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace autogen::sql
