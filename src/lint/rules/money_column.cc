#include "src/lint/rules/columns.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayTypes(script, report, [](const std::string& type, const json&) -> std::string {
    return type == "money" ? "money, which depends on lc_monetary" : "";
  });
}

}  // namespace

Rule MoneyColumn() {
  return {
      .name = "money-column",
      .meaning = "a column of type money",
      .why = "How it is read and written depends on lc_monetary, and it has no currency.",
      .fix = "numeric, or bigint in the smallest unit.",
      .documentation = "https://www.postgresql.org/docs/current/datatype-money.html",
      .set = Set::kStyle,
      .engine = POSTGRESQL,
      .bad = {"CREATE TABLE orders (total money);", "ALTER TABLE orders ADD COLUMN fee money;"},
      .good = {"CREATE TABLE orders (total numeric(12, 2));", "CREATE TABLE money (id bigint);"},
      .check = Check};
}

}  // namespace autogen::lint::rules
