#include "src/apply/unit.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace autogen::apply {
namespace {

Unit UnitOf(absl::string_view script, bool no_transaction = false) {
  Unit unit;
  unit.path = "v/a.sql";
  unit.no_transaction = no_transaction;
  unit.SetStatements(*sql::SplitStatements(script));
  return unit;
}

std::string Print(const absl::StatusOr<std::vector<Part>>& parts) {
  if (!parts.ok()) return std::string(parts.status().message());
  return absl::StrJoin(*parts, " ", [](std::string* out, const Part& part) {
    absl::StrAppend(out, part.alone ? "!" : "", part.begin, "-", part.end);
  });
}

TEST_CASE("a script is split only where a transaction must end") {
  struct Row {
    std::string script;
    std::string parts;
  };
  const Row rows[] = {
      {"", "0-0"},
      {"CREATE TABLE t (a int); INSERT INTO t VALUES (1)", "0-2"},
      {"CREATE INDEX CONCURRENTLY i ON t (a)", "!0-1"},
      {"SELECT 1; CREATE INDEX CONCURRENTLY i ON t (a); SELECT 2; SELECT 3", "0-1 !1-2 2-4"},
      {"DROP INDEX CONCURRENTLY i; VACUUM t", "!0-1 !1-2"},
      {"ALTER TYPE e ADD VALUE 'x'", "0-1"},
      {"SELECT 1; ALTER TYPE e ADD VALUE 'x'; ALTER TYPE e ADD VALUE 'y'; SELECT 2", "0-3 3-4"},
      {"ALTER TYPE e ADD VALUE 'x'; VACUUM; ALTER TYPE e ADD VALUE 'y'", "0-1 !1-2 2-3"},
      {"SELECT 1; BEGIN; SELECT 2",
       "v/a.sql:1: transaction control is not allowed in a script: autogen runs each script in a "
       "transaction of its own\n  BEGIN"},
      {"\nCREATE INDEX CONCURRENTLY ON t (a)",
       "v/a.sql:2: CREATE INDEX CONCURRENTLY needs an index name, so that an interrupted run can "
       "tell whether it was built\n  CREATE INDEX CONCURRENTLY ON t (a)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    CHECK(Print(SplitIntoParts(UnitOf(row.script))) == row.parts);
  }
  CHECK(Print(SplitIntoParts(UnitOf("SELECT 1; CALL p(); SELECT 2", true))) == "0-1 !1-2 2-3");
}

TEST_CASE("a script can say where it commits") {
  Unit unit = UnitOf("SELECT 1; SELECT 2; SELECT 3; VACUUM; SELECT 4");
  unit.step_starts = {1, 3, 4};
  CHECK(Print(SplitIntoParts(unit)) == "0-1 1-3 !3-4 4-5");
  unit.step_starts = {0};
  CHECK(Print(SplitIntoParts(unit)) == "0-3 !3-4 4-5");
  Unit labels = UnitOf("ALTER TYPE e ADD VALUE 'x'; ALTER TYPE e ADD VALUE 'y'");
  labels.step_starts = {1};
  CHECK(Print(SplitIntoParts(labels)) == "0-1 1-2");
}

TEST_CASE("excerpts are one line") {
  CHECK(Excerpt("SELECT\n  1,\n\t2") == "SELECT 1, 2");
  CHECK(Excerpt("SELECT 'äöü'", 9) == "SELECT '…");
}

}  // namespace
}  // namespace autogen::apply
