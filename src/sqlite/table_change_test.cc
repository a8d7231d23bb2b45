#include "src/sqlite/table_change.h"

#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/sqlite/statement_text.h"

namespace autogen::sqlite {
namespace {

// "rebuild", or the statements, one a line.
std::string Change(const std::string& before, const std::string& after, int version) {
  Table from, to;
  REQUIRE(ParseTable(absl::StrCat("CREATE TABLE t (", before), &from).ok());
  REQUIRE(ParseTable(absl::StrCat("CREATE TABLE t (", after), &to).ok());
  const TableChange change = ChangeTable(from, to, version);
  std::string text = change.rebuild ? "rebuild\n" : "";
  for (const Step& step : change.steps) absl::StrAppend(&text, step.sql, "\n");
  return text;
}

// The texts alone: where the library is of that version, the other tests run them.
TEST_CASE("CHECK and NOT NULL are altered from SQLite 3.53.1 on, where that is exact") {
  struct Row {
    const char* before;
    const char* after;
    const char* change;
  };
  const Row rows[] = {
      // ADD CHECK refuses rows whose expression is NULL, which a CHECK allows.
      {"a)", "a CHECK (a > 0))", "rebuild\n"},
      {"a)", "a, CONSTRAINT \"c d\" CHECK (a > 0))", "rebuild\n"},
      {"a, CONSTRAINT c CHECK (a > 0))", "a)", "ALTER TABLE t DROP CONSTRAINT c\n"},
      {"a, CONSTRAINT c CHECK (a > 0))", "a, CONSTRAINT c CHECK (a > 1))", "rebuild\n"},
      {"a CHECK (a > 0))", "a)", "rebuild\n"},  // it has no name
      {"a TEXT)", "a TEXT NOT NULL)", "ALTER TABLE t ALTER a SET NOT NULL\n"},
      {"a TEXT NOT NULL)", "a TEXT)", "ALTER TABLE t ALTER a DROP NOT NULL\n"},
      {"a TEXT DEFAULT 'x' NOT NULL)", "a TEXT DEFAULT 'x')",
       "ALTER TABLE t ALTER a DROP NOT NULL\n"},
      // A rebuild puts the default where a value is NULL.
      {"a TEXT DEFAULT 'x')", "a TEXT DEFAULT 'x' NOT NULL)", "rebuild\n"},
      {"a TEXT)", "a TEXT NOT NULL ON CONFLICT IGNORE)", "rebuild\n"},
      {"a TEXT)", "a VARCHAR NOT NULL)", "rebuild\n"},
      {"a TEXT PRIMARY KEY)", "a TEXT NOT NULL PRIMARY KEY)", "rebuild\n"},
      {"a, b)", "a, b, UNIQUE (a))", "rebuild\n"},
      {"a, b)", "a, b, FOREIGN KEY (a) REFERENCES t (b))", "rebuild\n"},
      {"a, b)", "a NOT NULL, c CHECK (c > a))", "rebuild\n"},  // the CHECK names a new column
      {"a, b)", "a NOT NULL, c)",
       "ALTER TABLE t DROP COLUMN b\nALTER TABLE t ADD COLUMN c\nALTER TABLE t ALTER a SET NOT "
       "NULL\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.before));
    CAPTURE(std::string(row.after));
    CHECK(Change(row.before, row.after, 3053001) == row.change);
    CHECK(Change(row.before, row.after, 3060000) == row.change);
    CHECK(Change(row.before, row.after, 3053000) == "rebuild\n");
    CHECK(Change(row.before, row.after, 3040001) == "rebuild\n");
  }
}

}  // namespace
}  // namespace autogen::sqlite
