#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const json& change = Body(script.statements[i], "AlterEnumStmt");
    if (change.is_null() || !GetString(change, "oldVal").empty()) continue;
    if (!GetString(change, "newValNeighbor").empty()) continue;
    report({i,
            absl::StrCat("adds label ", sql::Literal(GetString(change, "newVal")), " to ",
                         Shown(ListName(Get(change, "typeName"))), " wherever the last one is"),
            ""});
  }
}

}  // namespace

Rule EnumOrder() {
  return {
      .name = "enum-order",
      .meaning = "a label is added without BEFORE or AFTER",
      .why = "It comes last in ORDER BY and in comparisons, wherever it belongs, and stays there.",
      .fix = "ADD VALUE … AFTER …, or BEFORE.",
      .documentation = "https://www.postgresql.org/docs/current/sql-altertype.html",
      .set = Set::kStyle,
      .engine = POSTGRESQL,
      .bad = {"ALTER TYPE mood ADD VALUE 'fine';",
              "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'fine';"},
      .good = {"ALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';",
               "ALTER TYPE mood RENAME VALUE 'ok' TO 'o';"},
      .check = Check};
}

}  // namespace autogen::lint::rules
