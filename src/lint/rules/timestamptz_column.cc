#include "src/lint/rules/columns.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayTypes(script, report, [](const std::string& type, const json&) -> std::string {
    return type == "timestamp" ? "a timestamp without time zone" : "";
  });
}

}  // namespace

Rule TimestamptzColumn() {
  return {.name = "timestamptz-column",
          .meaning = "timestamp without time zone",
          .why =
              "It is the reading of a clock on nobody knows which wall: two sessions of different "
              "zones mean different moments by it.",
          .fix = "timestamptz.",
          .documentation = "https://www.postgresql.org/docs/current/datatype-datetime.html",
          .set = Set::kStyle,
          .engine = POSTGRESQL,
          .bad = {"CREATE TABLE tasks (done timestamp);",
                  "ALTER TABLE tasks ADD COLUMN done timestamp(3) without time zone;"},
          .good = {"CREATE TABLE tasks (done timestamptz, day date);",
                   "ALTER TABLE tasks ADD COLUMN done timestamp with time zone;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
