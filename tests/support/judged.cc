#include "tests/support/judged.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/lint/judge.h"
#include "src/lint/read.h"
#include "src/revision/script.h"

namespace autogen::testing {
namespace {

// By rule, the words of a comment that say the same; none where nothing explains it.
const std::map<std::string, std::vector<const char*>>& Words() {
  static const auto& words = *new std::map<std::string, std::vector<const char*>>{
      {"table-rewrite", {"rewrites", "copies", "runs the query", "recomputes", ": empty"}},
      {"table-scan", {"scans"}},
      {"index-build", {"builds"}},
      {"index-drop", {"ACCESS EXCLUSIVE"}},
      {"partition-detach", {"ACCESS EXCLUSIVE"}},
      {"lock-held", {"scans", "builds", "rewrites", "copies", "runs the query", "rows"}},
      {"whole-table-update", {""}},
      {"lock", {}},
      {"lock-timeout", {}},
      {"syntax", {}},
      {"transaction-control", {}},
      {"not-in-transaction", {}},
      {"duplicate-column", {}},
      {"edited-after-proof", {}},
      {"index-corruption", {}},
  };
  return words;
}

bool Explains(absl::string_view comment, const std::vector<const char*>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return absl::StrContains(comment, word); });
}

}  // namespace

std::string Unexplained(absl::string_view section, bool online) {
  const std::string body = absl::StrCat("-- autogen: upgrade\n\n", section);
  const std::string text =
      absl::StrCat("-- x\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n-- ",
                   revision::ProofLine("PostgreSQL", revision::Checksum(body)), "\n\n", body);
  const impact::Dialect& dialect = impact::PostgresDialect();
  std::vector<report::Finding> problems;
  const lint::Script script = lint::Read(text, "x.sql", dialect, {}, &problems);
  const lint::Policy policy = *lint::Policy::Make({}, {}, {});
  std::string out;
  for (const report::Finding& finding : lint::Judge(script, problems, dialect, policy, {})) {
    const auto words = Words().find(finding.rule);
    if (finding.severity == report::Severity::kNote || words == Words().end()) continue;
    const auto at = std::find_if(
        script.statements.begin(), script.statements.end(),
        [&](const lint::Statement& statement) { return statement.sql.line == finding.line; });
    const bool found = at != script.statements.end();
    // A comment is above the first statement of what a plain script does.
    if (found && !online && at->sql.comment.empty()) continue;
    // A partition leaves in the transaction of its step, for a moment: CONCURRENTLY takes no
    // transaction, and no default partition.
    const bool blocks = online && finding.rule != "partition-detach";
    if (found && Explains(at->sql.comment,
                          blocks ? std::vector<const char*>{"no online way"} : words->second)) {
      continue;
    }
    absl::StrAppend(&out, finding.rule, ": ", finding.message, "\n",
                    found ? absl::StrCat(at->sql.comment, "\n", at->sql.text, "\n") : "");
  }
  return out;
}

}  // namespace autogen::testing
