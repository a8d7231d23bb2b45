#include "src/lint/rules/columns.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayTypes(script, report, [](const std::string& type, const json&) -> std::string {
    return type.find("serial") != std::string::npos ? "a serial" : "";
  });
}

}  // namespace

Rule IdentityColumn() {
  return {
      .name = "identity-column",
      .meaning = "serial, where an identity column would do",
      .why =
          "A serial is a default of a sequence with privileges of its own; an identity column "
          "belongs to the table, and GENERATED ALWAYS keeps others from writing it.",
      .fix = "bigint GENERATED ALWAYS AS IDENTITY.",
      .documentation = "https://www.postgresql.org/docs/current/ddl-identity-columns.html",
      .set = Set::kStyle,
      .engine = POSTGRESQL,
      .bad = {"CREATE TABLE tasks (id serial);", "CREATE TABLE tasks (id bigserial PRIMARY KEY);"},
      .good = {"CREATE TABLE tasks (id bigint GENERATED ALWAYS AS IDENTITY);",
               "CREATE TABLE tasks (id bigint DEFAULT nextval('ids'));"},
      .check = Check};
}

}  // namespace autogen::lint::rules
