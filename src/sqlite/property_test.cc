// Random schemas, each made of the one before by random edits, with rows: no pair of them may lose
// a row. AUTOGEN_SQLITE_PAIRS says how many; AUTOGEN_SQLITE_SEED with which seed the first begins.
#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sqlite/sample_rows.h"
#include "src/sqlite/test_step.h"

namespace autogen::sqlite {
namespace {

// A schema of up to four tables a, b, c, d. Its constraints are those that made-up rows keep.
class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {
    for (int i = 0; i < 4; ++i) tables_.push_back(NewTable());
  }

  void Edit() {
    const int edits = 1 + Pick(4);
    for (int i = 0; i < edits; ++i) {
      TableModel& t = tables_[static_cast<size_t>(Pick(4))];
      switch (Pick(8)) {
        case 0:
          t = NewTable();
          break;
        case 1:
          t.columns.push_back(NewColumn());
          break;
        case 2:
          t.columns.insert(t.columns.begin() + Pick(static_cast<int>(t.columns.size()) + 1),
                           NewColumn());
          break;
        case 3:
          if (t.columns.size() > 1)
            t.columns.erase(t.columns.begin() + Pick(static_cast<int>(t.columns.size())));
          break;
        case 4:
          t.columns[static_cast<size_t>(Pick(static_cast<int>(t.columns.size())))].rest = Rest();
          break;
        case 5:
          t.key = Pick(4);
          t.options = Pick(3);
          break;
        case 6:
          t.index = Pick(5);
          t.view = Pick(4);
          t.trigger = Pick(4);
          break;
        default:
          t.references = Pick(5);
          t.action = Pick(4);
      }
    }
  }

  std::string Sql() const {
    std::string sql;
    for (size_t i = 0; i < tables_.size(); ++i) {
      if (tables_[i].exists) absl::StrAppend(&sql, Create(i));
    }
    for (size_t i = 0; i < tables_.size(); ++i) {
      if (tables_[i].exists) absl::StrAppend(&sql, Around(i));
    }
    return sql;
  }

 private:
  struct ColumnModel {
    int name;
    std::string rest;
  };
  struct TableModel {
    bool exists = true;
    std::vector<ColumnModel> columns;
    int key = 0, options = 0, references = 0, action = 0, index = 0, view = 0, trigger = 0;
  };

  int Pick(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }

  std::string Rest() {
    static const char* const kTypes[] = {"INT", "TEXT", "REAL", "BLOB"};
    static const char* const kMore[] = {"",
                                        " NOT NULL DEFAULT 1",
                                        " DEFAULT (1 + 1)",
                                        " COLLATE NOCASE",
                                        " DEFAULT 'x'",
                                        " NOT NULL ON CONFLICT ABORT DEFAULT 2"};
    return absl::StrCat(kTypes[Pick(4)], kMore[Pick(6)]);
  }
  ColumnModel NewColumn() { return {next_++, Rest()}; }
  TableModel NewTable() {
    TableModel t;
    t.exists = Pick(6) > 0;
    const int columns = 1 + Pick(4);
    for (int i = 0; i < columns; ++i) t.columns.push_back(NewColumn());
    t.key = Pick(4);
    t.options = Pick(3);
    t.references = Pick(5);
    t.action = Pick(4);
    t.index = Pick(5);
    t.view = Pick(4);
    t.trigger = Pick(4);
    return t;
  }

  static std::string Name(size_t table) { return std::string(1, static_cast<char>('a' + table)); }

  std::string Create(size_t i) const {
    const TableModel& t = tables_[i];
    static const char* const kKeys[] = {"id INTEGER PRIMARY KEY",
                                        "id INTEGER PRIMARY KEY AUTOINCREMENT",
                                        "id INT NOT NULL UNIQUE", "id INT PRIMARY KEY NOT NULL"};
    static const char* const kActions[] = {"", " ON DELETE CASCADE",
                                           " ON DELETE SET NULL ON UPDATE CASCADE",
                                           " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"};
    const bool autoincrement = t.key == 1;
    const bool without_rowid = t.options == 1 && (t.key == 0 || t.key == 3);
    std::vector<std::string> parts = {kKeys[t.key]};
    for (const ColumnModel& c : t.columns) parts.push_back(absl::StrCat("c", c.name, " ", c.rest));
    if (t.references < 4) {
      const size_t target = static_cast<size_t>(t.references);
      if (tables_[target].exists) {
        parts.push_back(
            absl::StrCat("ref INT REFERENCES ", Name(target), " (id)", kActions[t.action]));
      }
    }
    if (t.view == 1) parts.push_back(absl::StrCat("g AS (c", t.columns[0].name, ")"));
    if (t.trigger == 1) parts.push_back(absl::StrCat("CHECK (id <> -1)"));
    if (t.trigger == 2)
      parts.push_back(absl::StrCat("CONSTRAINT k CHECK (id > -", t.columns[0].name, " - 9)"));
    return absl::StrCat("CREATE TABLE ", Name(i), " (", absl::StrJoin(parts, ", "), ")",
                        without_rowid && !autoincrement ? " WITHOUT ROWID" : "", ";\n");
  }

  std::string Around(size_t i) const {
    const TableModel& t = tables_[i];
    const std::string name = Name(i);
    const std::string first = absl::StrCat("c", t.columns[0].name);
    std::string sql;
    if (t.index == 1)
      absl::StrAppend(&sql, "CREATE INDEX i_", name, " ON ", name, " (", first, ");\n");
    if (t.index == 2) {
      absl::StrAppend(&sql, "CREATE UNIQUE INDEX i_", name, " ON ", name, " (id DESC) WHERE ",
                      first, " IS NOT NULL;\n");
    }
    if (t.index == 3)
      absl::StrAppend(&sql, "CREATE INDEX j_", name, " ON ", name, " (quote(", first, "));\n");
    if (t.view >= 2) {
      const size_t other = (i + 1) % tables_.size();
      absl::StrAppend(
          &sql, "CREATE VIEW v_", name, " AS SELECT x.id",
          t.view == 3 ? absl::StrCat(", x.", first) : "", " FROM ", name, " AS x",
          tables_[other].exists ? absl::StrCat(" JOIN ", Name(other), " AS y ON y.id = x.id") : "",
          ";\n");
      absl::StrAppend(&sql, "CREATE TRIGGER vt_", name, " INSTEAD OF DELETE ON v_", name,
                      " BEGIN DELETE FROM ", name, " WHERE id = old.id; END;\n");
    }
    if (t.trigger == 3) {
      const size_t other = (i + 2) % tables_.size();
      const std::string target = tables_[other].exists ? Name(other) : name;
      absl::StrAppend(&sql, "CREATE TRIGGER t_", name, " AFTER UPDATE OF ", first, " ON ", name,
                      " WHEN new.id > 0 BEGIN DELETE FROM ", target, " WHERE id = -1; END;\n");
    }
    return sql;
  }

  std::mt19937 random_;
  int next_ = 0;
  std::vector<TableModel> tables_;
};

int FromEnvironment(const char* name, int otherwise) {
  const char* text = getenv(name);
  int value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

TEST_CASE("random schemas lose no row on the way to one another and back") {
  const int pairs = FromEnvironment("AUTOGEN_SQLITE_PAIRS", 300);
  const int first = FromEnvironment("AUTOGEN_SQLITE_SEED", 1);
  int tried = 0, refused = 0;
  for (int seed = first; tried < pairs; ++seed) {
    Generator generator(static_cast<uint32_t>(seed));
    const std::string one = generator.Sql();
    generator.Edit();
    const std::string other = generator.Sql();
    if (one == other) continue;
    ++tried;
    CAPTURE(seed);
    CAPTURE(one);
    CAPTURE(other);
    Database database = Make(one);
    Database wanted = Make(other);
    const model::Snapshot from = ReadOf(database), to = ReadOf(wanted);
    if (Text(from) == Text(to)) continue;
    FillTables(database, *from.schema, 6);
    REQUIRE(database.Exec("PRAGMA foreign_keys = ON").ok());
    if (!Step(database, from, to, true)) {
      ++refused;
    } else if (!Step(database, to, from, true)) {
      ++refused;
    }
  }
  MESSAGE(tried << " pairs, of which the rows refused " << refused);
  CHECK_LT(refused, tried / 3 + 1);
}

}  // namespace
}  // namespace autogen::sqlite
