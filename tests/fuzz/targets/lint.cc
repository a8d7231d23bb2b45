// Any file, judged by every rule: each finding has a place that the text has.
#include <algorithm>
#include <string>
#include <vector>

#include "src/lint/judge.h"
#include "src/lint/read.h"
#include "src/sql/psql.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {

void FuzzOne(absl::string_view text) {
  const std::string sql = sql::WithoutPsql(text);
  Expect(sql.size() == text.size(), "what psql reads changes the length", {text, sql});
  Expect(std::count(sql.begin(), sql.end(), '\n') == std::count(text.begin(), text.end(), '\n'),
         "what psql reads changes the lines", {text, sql});
  const impact::Dialect& dialect = impact::PostgresDialect();
  const lint::Policy policy = *lint::Policy::Make({}, {"all"}, {});
  std::vector<report::Finding> problems;
  const lint::Script script = lint::Read(text, "a.sql", dialect, {}, &problems);
  const int lines = 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  for (const report::Finding& finding : lint::Judge(script, problems, dialect, policy, {})) {
    Expect(lint::FindRule(finding.rule) != nullptr, "a finding of no rule", {text, finding.rule});
    Expect(!finding.message.empty(), "a finding without a message", {text, finding.rule});
    Expect(finding.line >= 0 && finding.line <= lines, "a finding behind the end",
           {text, finding.message});
  }
}

}  // namespace autogen::fuzz
