#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const json& made = Body(script.statements[i], "CreateEnumStmt");
    if (made.is_null()) continue;
    report({i, absl::StrCat("makes the enum ", Shown(ListName(Get(made, "typeName")))), ""});
  }
}

}  // namespace

Rule EnumType() {
  return {
      .name = "enum-type",
      .meaning = "an enum is made",
      .why = "A label cannot be dropped, and an enum can hold no more about a label than its name.",
      .fix = "A table of the values with a foreign key, or text with a CHECK.",
      .documentation = "https://www.postgresql.org/docs/current/datatype-enum.html",
      .set = Set::kStyle,
      .severity = report::Severity::kNote,
      .engine = POSTGRESQL,
      .bad = {"CREATE TYPE mood AS ENUM ('ok', 'sad');", "CREATE TYPE shop.state AS ENUM ();"},
      .good = {"CREATE TYPE pair AS (a int, b int);",
               "ALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';"},
      .check = Check};
}

}  // namespace autogen::lint::rules
