#include "src/rows/violating.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/rows/finder.h"
#include "src/sql/scan.h"

namespace autogen::rows {

std::vector<ViolatingRows> FindViolatingRows(const diff::Plan& plan, int server_version) {
  return Finder(plan, server_version).Run();
}

std::string OnOneLine(const std::string& sql) {
  if (sql.find_first_of("\n\r") == std::string::npos) return sql;
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(sql);
  if (!tokens.ok()) return sql;
  std::string text;
  size_t copied = 0;
  for (const sql::Token& token : *tokens) {
    if (token.kind == sql::Token::Kind::kComment) return sql;
    absl::string_view between = absl::string_view(sql).substr(copied, token.start - copied);
    absl::StrAppend(&text, absl::StrReplaceAll(between, {{"\r", " "}, {"\n", " "}}), token.text);
    copied = token.end;
  }
  return text;
}

}  // namespace autogen::rows
