#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "src/base/text.h"
#include "src/lint/rules/rules.h"
#include "src/sql/scan.h"

namespace autogen::lint::rules {
namespace {

constexpr size_t kLongest = 63;  // NAMEDATALEN - 1, bytes

std::string Unquoted(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "\"") || !absl::ConsumeSuffix(&text, "\""))
    return std::string(text);
  return absl::StrReplaceAll(text, {{"\"\"", "\""}});
}

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const std::string& text = script.statements[i].sql.text;
    if (text.size() <= kLongest) continue;
    const absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(text);
    if (!tokens.ok()) continue;
    for (const sql::Token& token : *tokens) {
      if (token.kind != sql::Token::Kind::kIdentifier) continue;
      const std::string name = Unquoted(token.text);
      if (name.size() <= kLongest) continue;
      report({i,
              absl::StrCat("the name ", name, " has ", name.size(), " bytes and becomes ",
                           ClipUtf8(name, kLongest)),
              ""});
      break;
    }
  }
}

}  // namespace

Rule NameTooLong() {
  return {
      .name = "name-too-long",
      .meaning = "a name of more than 63 bytes, which PostgreSQL cuts off",
      .why =
          "The object gets another name than the one that is written, with a notice that nobody "
          "reads, "
          "and two long names may become one.",
      .fix = "Choose a shorter name.",
      .documentation =
          "https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
      .engine = POSTGRESQL,
      .bad =
          {"CREATE TABLE a (x int, CONSTRAINT "
           "a_name_that_says_everything_that_there_is_to_say_about_the_constraint CHECK (x > 0));",
           "CREATE TABLE \"täglich ausgeführte Aufgaben mit einem sehr sehr langen deutschen "
           "Namen\" "
           "(x int);"},
      .good = {"CREATE TABLE a (x int, CONSTRAINT "
               "a_name_of_sixty_three_bytes_that_is_exactly_as_long_as_it_may_b CHECK (x > 0));",
               "SELECT 'a text that is not a name and so may be as long as it likes to be, or "
               "longer';"},
      .check = Check};
}

}  // namespace autogen::lint::rules
