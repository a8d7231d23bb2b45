#include "src/apply/script_run.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace autogen::apply {
namespace {

ScriptRun ScriptOf(absl::string_view sql, bool no_transaction = false) {
  ScriptRun script;
  script.path = "v/a.sql";
  script.no_transaction = no_transaction;
  script.SetStatements(*sql::SplitStatements(sql));
  return script;
}

std::string Print(const absl::StatusOr<std::vector<Step>>& steps) {
  if (!steps.ok()) return std::string(steps.status().message());
  return absl::StrJoin(*steps, " ", [](std::string* out, const Step& step) {
    absl::StrAppend(out, step.alone ? "!" : "", step.begin, "-", step.end);
  });
}

TEST_CASE("a script is split only where a transaction must end") {
  struct Row {
    std::string script;
    std::string steps;
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
    CHECK(Print(SplitIntoSteps(ScriptOf(row.script))) == row.steps);
  }
  CHECK(Print(SplitIntoSteps(ScriptOf("SELECT 1; CALL p(); SELECT 2", true))) == "0-1 !1-2 2-3");
}

TEST_CASE("a script can say where it commits") {
  ScriptRun script = ScriptOf("SELECT 1; SELECT 2; SELECT 3; VACUUM; SELECT 4");
  script.step_starts = {1, 3, 4};
  CHECK(Print(SplitIntoSteps(script)) == "0-1 1-3 !3-4 4-5");
  script.step_starts = {0};
  CHECK(Print(SplitIntoSteps(script)) == "0-3 !3-4 4-5");
  ScriptRun labels = ScriptOf("ALTER TYPE e ADD VALUE 'x'; ALTER TYPE e ADD VALUE 'y'");
  labels.step_starts = {1};
  CHECK(Print(SplitIntoSteps(labels)) == "0-1 1-2");
}

TEST_CASE("excerpts are one line") {
  CHECK(Excerpt("SELECT\n  1,\n\t2") == "SELECT 1, 2");
  CHECK(Excerpt("SELECT 'äöü'", 9) == "SELECT '…");
}

}  // namespace
}  // namespace autogen::apply
