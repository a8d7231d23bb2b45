#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

constexpr size_t kMostColumns = 3;

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const json& index = Body(script.statements[i], "IndexStmt");
    if (IsTrue(index, "unique") || Get(index, "indexParams").size() <= kMostColumns) continue;
    report({i, absl::StrCat("the index has ", Get(index, "indexParams").size(), " columns"), ""});
  }
}

}  // namespace

Rule WideIndex() {
  return {.name = "wide-index",
          .meaning = "an index of more than three columns that is not unique",
          .why =
              "The first columns nearly always select enough; each further one makes the index "
              "larger and "
              "every write slower.",
          .fix = "Leave columns out, or INCLUDE those that are only read.",
          .documentation = "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
          .set = Set::kStyle,
          .engine = POSTGRESQL,
          .bad = {"CREATE INDEX i ON tasks (a, b, c, d);",
                  "CREATE INDEX CONCURRENTLY i ON tasks (a, lower(b), c, d) WHERE a > 0;"},
          .good = {"CREATE UNIQUE INDEX i ON tasks (a, b, c, d);",
                   "CREATE INDEX i ON tasks (a, b, c) INCLUDE (d);"},
          .check = Check};
}

}  // namespace autogen::lint::rules
