#include "src/lint/rules/columns.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayTypes(script, report, [](const std::string& type, const json&) -> std::string {
    if (type == "int4" || type == "serial" || type == "serial4") return "an integer of 32 bits";
    if (type == "int2" || type == "smallserial" || type == "serial2")
      return "an integer of 16 bits";
    return "";
  });
}

}  // namespace

Rule BigintColumn() {
  return {
      .name = "bigint-column",
      .meaning = "a column of 16 or 32 bits: smallint, integer",
      .why =
          "A key or counter that runs out of numbers stops every INSERT, and to make it a bigint "
          "rewrites the table and every table that references it.",
      .fix = "bigint, from the start.",
      .documentation = "https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT",
      .set = Set::kStyle,
      .engine = POSTGRESQL,
      .bad = {"CREATE TABLE tasks (id int PRIMARY KEY);",
              "ALTER TABLE tasks ADD COLUMN n smallint;", "CREATE TABLE tasks (id serial);"},
      .good = {"CREATE TABLE tasks (id bigint PRIMARY KEY, n numeric);",
               "ALTER TABLE tasks ALTER COLUMN id TYPE bigint;", "SELECT 1::int;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
