// SQL texts: the scanner, splitting and classifying, fragments, comments and directives, masking,
// psql's variables, the names in a query.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "autogen/options.pb.h"
#include "src/impact/impact.h"
#include "src/sql/column_name.h"
#include "src/sql/comment.h"
#include "src/sql/depth.h"
#include "src/sql/fragment.h"
#include "src/sql/mask.h"
#include "src/sql/plain.h"
#include "src/sql/privileged.h"
#include "src/sql/psql.h"
#include "src/sql/query_names.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"
#include "src/sql/routine.h"
#include "src/sql/scan.h"
#include "src/sql/statement.h"
#include "src/sql/uncast.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {
namespace {

using sql::Token;

std::vector<Token> CheckScan(absl::string_view text) {
  absl::StatusOr<std::vector<Token>> tokens = sql::Scan(text);
  if (!tokens.ok()) {
    const int position = sql::SyntaxPosition(tokens.status());
    Expect(position >= 0 && position <= static_cast<int>(text.size()) + 1,
           "an error stands outside of the text", {text, tokens.status().message()});
    Expect(absl::IsInvalidArgument(tokens.status()), "the scanner breaks", {text});
    return {};
  }
  size_t end = 0;
  for (const Token& token : *tokens) {
    Expect(token.start >= end && token.end > token.start && token.end <= text.size() &&
               token.text == text.substr(token.start, token.end - token.start),
           "a token is misplaced", {text, token.text});
    end = token.end;
  }
  return *std::move(tokens);
}

void ReadStatement(absl::string_view text) {
  // A statement that loses data alone does so in a script too, unless that has created the table.
  const impact::Impact alone = impact::FindImpact(text);
  const std::vector<std::string> script = {std::string(text)};
  Expect(impact::FindImpacts(script)[0].LosesData() == alone.LosesData(),
         "a script of one statement does something else", {text});
  sql::ClassifyPrivileged(text);
  sql::RolesIn(text);
  sql::TablespacesIn(text);
  sql::NamesOfQuery(text).IgnoreError();
  sql::FindReferencesInStatements(text);
  std::optional<sql::QuotedRoutine> routine = sql::FindQuotedRoutine(text);
  Expect(!routine.has_value() || (routine->begin < routine->end && routine->end <= text.size()),
         "a routine's body is misplaced", {text});
}

// No statement can end in an open bracket, nor where the scanner sees no end of a routine's body:
// there a semicolon is one more byte.
bool MayGoOn(const std::string& statement) {
  absl::StatusOr<std::vector<sql::Statement>> longer =
      sql::SplitStatements(absl::StrCat(statement, ";\nSELECT 1"));
  return !longer.ok() || longer->size() != 2;
}

void CheckSplit(absl::string_view text) {
  absl::StatusOr<std::vector<sql::Statement>> statements = sql::SplitStatements(text);
  if (!statements.ok()) {
    Expect(absl::IsInvalidArgument(statements.status()), "splitting breaks",
           {text, statements.status().message()});
    return;
  }
  std::vector<std::string> texts;
  std::string script;
  size_t end = 0;
  long line = 1;
  for (const sql::Statement& statement : *statements) {
    Expect(statement.offset >= end && statement.offset <= text.size() &&
               text.substr(statement.offset, statement.text.size()) == statement.text,
           "a statement is misplaced", {text, statement.text});
    line += std::count(text.begin() + static_cast<long>(end),
                       text.begin() + static_cast<long>(statement.offset), '\n');
    Expect(statement.line == line, "a statement's line is wrong", {text, statement.text});
    end = statement.offset + statement.text.size();
    line += std::count(statement.text.begin(), statement.text.end(), '\n');
    Expect(!sql::IsBlank(statement.text), "a blank statement", {text});
    texts.push_back(statement.text);
    absl::StrAppend(&script, statement.text, ";\n");
    if (texts.size() <= 4) ReadStatement(statement.text);
  }
  if (texts.empty() || MayGoOn(texts.back())) return;
  absl::Status holds = sql::CheckHolds(script, texts, {});
  // A directive inside of a statement is one more than there are.
  Expect(holds.ok() || absl::StrContains(script, "autogen:") ||
             absl::StrContains(holds.message(), "too many nested"),
         "statements written one behind another are not the same statements",
         {text, holds.message()});
}

// What is spliced into SQL stays inside: the text around it reads as one statement.
void CheckFragments(absl::string_view text) {
  for (int number = Fragment_MIN; number <= Fragment_MAX; ++number) {
    if (!Fragment_IsValid(number)) continue;
    const auto fragment = static_cast<Fragment>(number);
    if (!sql::CheckFragment(fragment, text).ok()) continue;
    sql::FindReferences(fragment, text);
    if (fragment != EXPRESSION && fragment != TYPE && fragment != QUERY) continue;
    const std::string around = fragment == TYPE ? absl::StrCat("SELECT (NULL::", text, ")")
                                                : absl::StrCat("SELECT (", text, ")");
    absl::StatusOr<std::vector<sql::Statement>> split = sql::SplitStatements(around);
    Expect(split.ok() && split->size() == 1 && (*split)[0].text == around,
           absl::StrCat("a fragment is more than itself: ", Fragment_Name(fragment)),
           {text, split.status().message()});
  }
  Expect(!sql::IsPlainType(text, nullptr) || sql::CheckFragment(TYPE, text).ok(),
         "a plain type is no type", {text});
  Expect(!sql::IsPlainExpression(text, nullptr) || sql::CheckFragment(EXPRESSION, text).ok(),
         "a plain expression is no expression", {text});
}

bool IsOneToken(absl::string_view text, Token::Kind kind) {
  absl::StatusOr<std::vector<Token>> tokens = sql::Scan(text);
  // Thousands of "/*" without a blank are refused wherever they stand.
  if (absl::StartsWith(tokens.status().message(), "too many nested")) return true;
  return tokens.ok() && tokens->size() == 1 && (*tokens)[0].kind == kind &&
         (*tokens)[0].text == text;
}

void CheckWriters(absl::string_view text) {
  const std::string comment = sql::Comment(text);
  absl::string_view line = comment;
  Expect(absl::EndsWith(line, "\n"), "a comment does not end its line", {text});
  line.remove_suffix(1);
  Expect(line.find_first_of("\r\n") == absl::string_view::npos &&
             IsOneToken(line, Token::Kind::kComment),
         "a comment is more than one", {text, comment});
  const absl::Status holds = sql::CheckHolds(comment, {}, {});
  Expect(holds.ok() || absl::StrContains(holds.message(), "too many nested"),
         "a comment is a statement or a directive", {text, comment});

  const std::string word(text);
  std::string directive = sql::Directive("assert", {word, "x"});
  absl::string_view rest = directive;
  Expect(rest.find_first_of("\r\n") == absl::string_view::npos &&
             IsOneToken(rest, Token::Kind::kComment),
         "a directive is more than a line", {text, directive});
  rest.remove_prefix(rest.find('"'));
  std::optional<std::string> first = sql::TakeDirectiveWord(rest);
  std::optional<std::string> second = sql::TakeDirectiveWord(rest);
  Expect(first == word && second == "x" && rest.empty(), "a directive's words come back changed",
         {text, directive});

  if (absl::StrContains(text, '\0')) return;
  Expect(IsOneToken(sql::Literal(text), Token::Kind::kString), "a literal is more than one",
         {text, sql::Literal(text)});
  Expect(IsOneToken(sql::DollarQuoted(text), Token::Kind::kString),
         "a dollar-quoted text is more than one", {text, sql::DollarQuoted(text)});
  // Longer ones are cut, as PostgreSQL does.
  if (text.empty() || text.size() > 63) return;
  const sql::SplitName name = sql::SplitQualified(sql::Qualified(text, text));
  Expect(name.schema == text && name.name == text, "a quoted name comes back changed",
         {text, sql::Qualified(text, text), name.schema, name.name});
}

// Literals behind a word that says that they are secrets: of any statement, whether it parses or
// not.
void CheckMask(absl::string_view text, const std::vector<Token>& tokens) {
  const std::string masked = sql::Masked(text);
  sql::MaskedMessage(text, text);
  sql::MaskedMessage(absl::StrCat("syntax error at or near \"", text.substr(0, 40), "\""), text);
  for (size_t i = 0; i + 2 < tokens.size(); ++i) {
    const bool role = tokens[i].Is("role") || tokens[i].Is("user");
    if (!role || i != 1 || !(tokens[0].Is("create") || tokens[0].Is("alter"))) continue;
    for (size_t at = i + 2; at + 1 < tokens.size() && !tokens[at].IsChar(';'); ++at) {
      const Token& literal = tokens[at + 1];
      if (!tokens[at].Is("password") || literal.kind != Token::Kind::kString) continue;
      if (!absl::StrContains(literal.text, kSecret)) continue;
      std::string around = absl::StrCat(text.substr(0, literal.start), text.substr(literal.end));
      Expect(absl::StrContains(around, kSecret) || !absl::StrContains(masked, kSecret),
             "a password is shown", {text, masked});
    }
  }
}

void CheckPsql(absl::string_view text, const std::vector<Token>& tokens) {
  const std::string safe = sql::WithoutPsqlVariables(std::string(text));
  Expect(sql::WithoutPsqlVariables(safe) == safe, "psql's variables are taken out twice",
         {text, safe});
  sql::NeedsStandardStrings(text);
  if (tokens.empty()) return;
  absl::StatusOr<std::vector<Token>> after = sql::Scan(safe);
  Expect(after.ok() && std::equal(tokens.begin(), tokens.end(), after->begin(), after->end(),
                                  [](const Token& a, const Token& b) { return a.text == b.text; }),
         "psql's variables took tokens with them", {text, safe});
}

}  // namespace

void FuzzOne(absl::string_view text) {
  const std::vector<Token> tokens = CheckScan(text);
  CheckSplit(text);
  ReadStatement(text);
  CheckFragments(text);
  CheckWriters(text);
  CheckMask(text, tokens);
  CheckPsql(text, tokens);
  sql::WithoutCasts(text);
  sql::IsBlank(text);
  sql::SplitQualified(text);
  sql::CheckDepth(text).IgnoreError();
  sql::ExpressionColumnName(text);
}

}  // namespace autogen::fuzz
