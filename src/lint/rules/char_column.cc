#include "src/lint/rules/columns.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayTypes(script, report, [](const std::string& type, const json&) -> std::string {
    return type == "bpchar" ? "a char, which is padded with blanks" : "";
  });
}

}  // namespace

Rule CharColumn() {
  return {
      .name = "char-column",
      .meaning = "a column of type char(n)",
      .why =
          "It is padded with blanks, which some functions see and others do not, and is never "
          "faster than text.",
      .fix = "text.",
      .documentation = "https://www.postgresql.org/docs/current/datatype-character.html",
      .set = Set::kStyle,
      .engine = POSTGRESQL,
      .bad = {"CREATE TABLE countries (code char(2));",
              "ALTER TABLE countries ADD COLUMN flag character;"},
      .good = {"CREATE TABLE countries (code text);", "CREATE TABLE internals (kind \"char\");"},
      .check = Check};
}

}  // namespace autogen::lint::rules
