#include "src/lint/hazard.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"

namespace autogen::lint {
namespace {

std::string Text(absl::string_view script) {
  std::string out;
  const std::vector<sql::Statement> statements = *sql::SplitStatements(script);
  for (const Hazard& hazard : FindHazards(statements, impact::FindImpacts(statements))) {
    absl::StrAppend(&out, hazard.line, ": ", HazardName(hazard.kind), ": ", hazard.what,
                    hazard.unsure ? " (unsure)" : "", "\n");
  }
  return out;
}

TEST_CASE("hazards have a line, a name and a sentence; a table of the script's own has none") {
  CHECK(Text("CREATE TABLE n (a int);\nCREATE INDEX ON n (a);\nALTER TABLE n ADD CHECK (a > 0);\n"
             "ALTER TABLE t DROP COLUMN a, ALTER b TYPE bigint;\nDO $$BEGIN END$$") ==
        "4: data-loss: drops column t.a\n"
        "4: table-rewrite: changes the type of t.b (unsure)\n"
        "5: opaque: runs a DO block, which is not inspected\n");
  CHECK(Text("CREATE TABLE s.n (a int); CREATE INDEX ON n (a)") ==
        "1: index-build: builds an index of n\n");
}

struct Row {
  const char* statement;
  const char* hazard;  // "" where it is harmless: `why`
  const char* why = "";
};

constexpr Row kRows[] = {
    {"ALTER TYPE a DROP ATTRIBUTE b", "data-loss: drops attribute a.b"},
    {"ALTER TYPE a ALTER ATTRIBUTE b TYPE text CASCADE",
     "table-rewrite: changes the type of a.b (unsure)"},
    {"ALTER TYPE a ADD ATTRIBUTE b int", "", "older values have NULL there"},
    {"ALTER TYPE e RENAME VALUE 'a' TO 'b'", "rename: renames label 'a' of e to 'b'"},
    {"ALTER TYPE e ADD VALUE 'c'", "", "nobody has it yet"},
    {"ALTER FUNCTION s.f() RENAME TO g", "rename: renames s.f to g"},
    {"ALTER TYPE e SET SCHEMA s", "rename: moves e to schema s"},
    {"ALTER TABLE t DISABLE ROW LEVEL SECURITY", "unguard: turns off row security of t"},
    {"ALTER TABLE t NO FORCE ROW LEVEL SECURITY", "unguard: lets its owner pass row security of t"},
    {"ALTER TABLE t ENABLE ROW LEVEL SECURITY", "", "more is guarded"},
    {"ALTER TABLE t DISABLE TRIGGER ALL",
     "unguard: disables every trigger, foreign keys included, of t"},
    {"ALTER TABLE t DISABLE TRIGGER x", "unguard: disables trigger x of t"},
    {"ALTER TABLE t ENABLE TRIGGER x", "", "more is guarded"},
    {"DROP POLICY p ON s.t", "unguard: drops policy p of s.t"},
    {"DROP TRIGGER x ON t", "unguard: drops trigger x of t"},
    {"DROP VIEW v", "drop: drops v"},
    {"DROP INDEX i", "drop: drops i"},
    {"DROP TYPE e", "drop: drops e"},
    {"DROP FUNCTION s.f(int)", "drop: drops s.f"},
    {"DROP SERVER s", "drop: drops s"},
    {"REVOKE ALL ON t FROM app", "drop: revokes privileges on t"},
    {"GRANT SELECT ON t TO app", "", "more is allowed"},
    {"ALTER TABLE t DETACH PARTITION p", "drop: takes the rows of p out of t"},
    {"LOCK TABLE t", "lock: locks t (ACCESS EXCLUSIVE) until the step commits"},
    {"LOCK TABLE t IN ACCESS SHARE MODE", "", "readers and writers go on"},
    {"ALTER TABLE t ADD COLUMN c int NOT NULL", "may-fail: adds t.c NOT NULL without a default"},
    {"ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 1", "", "no rewrite since PostgreSQL 11"},
    {"ALTER TABLE t ALTER COLUMN a DROP EXPRESSION", "", "values stay"},
    {"ALTER TABLE t VALIDATE CONSTRAINT x", "", "writers go on"},
    {"ALTER TABLE t ALTER c SET STORAGE plain", "", "rows stay as they are"},
    {"ALTER TABLE a INHERIT b", "", "rows stay where they are"},
    {"CREATE MATERIALIZED VIEW m AS SELECT 1", "", "it is new"},
    {"REFRESH MATERIALIZED VIEW m", "table-rewrite: rewrites m"},
    {"DROP VIEW v; CREATE VIEW v AS SELECT 1", "", "it is back before anybody sees that"},
};

TEST_CASE("each statement is a hazard with the right name, or harmless for a reason") {
  for (const Row& row : kRows) {
    CAPTURE(row.statement);
    CAPTURE(row.why);
    CHECK(Text(row.statement) ==
          (row.hazard[0] == '\0' ? "" : absl::StrCat("1: ", row.hazard, "\n")));
  }
}

TEST_CASE("every kind has a name that leads back to it") {
  for (const HazardKind kind : HazardKinds()) CHECK(*ParseHazard(HazardName(kind)) == kind);
  CHECK(ParseHazard("data_loss").status().message().find("did you mean \"data-loss\"?") !=
        absl::string_view::npos);
}

}  // namespace
}  // namespace autogen::lint
