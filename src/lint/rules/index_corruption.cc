#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

bool IsAffected(absl::string_view version) {
  int minor = 0;
  return absl::StartsWith(version, "14.") && absl::SimpleAtoi(version.substr(3), &minor) &&
         minor < 4;
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  if (!IsAffected(options.oldest_version)) return;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const impact::Impact& impact = script.statements[i].impact;
    const bool builds = impact.node == "IndexStmt" || impact.node == "ReindexStmt";
    if (!builds || !impact.concurrently) continue;
    report({i,
            absl::StrCat("builds an index concurrently, which may corrupt it on ",
                         options.oldest_version),
            ""});
  }
}

}  // namespace

Rule IndexCorruption() {
  return {
      .name = "index-corruption",
      .meaning = "an index is built concurrently on PostgreSQL 14.0 to 14.3",
      .why =
          "There it may miss rows that change meanwhile; 14.4 repaired that. The rule looks at the "
          "configuration's oldest_version.",
      .fix = "Update the server, or build the index without CONCURRENTLY.",
      .documentation = "https://www.postgresql.org/docs/release/14.4/",
      .engine = POSTGRESQL,
      .bad = {"CREATE INDEX CONCURRENTLY i ON tasks (title);", "REINDEX INDEX CONCURRENTLY i;"},
      .good = {"CREATE INDEX i ON tasks (title);", "DROP INDEX CONCURRENTLY i;"},
      .configuration = "oldest_version: \"14.2\"",
      .check = Check};
}

}  // namespace autogen::lint::rules
