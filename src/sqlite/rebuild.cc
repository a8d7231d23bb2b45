#include "src/sqlite/rebuild.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sqlite/canonical.h"
#include "src/sqlite/create.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

const Column* Find(const Table& table, absl::string_view name) {
  for (const Column& c : table.column()) {
    if (absl::EqualsIgnoreCase(c.name(), name)) return &c;
  }
  return nullptr;
}

// The column that is the rowid; "" where there is none.
std::string RowidColumn(const Table& table) {
  const PrimaryKey& key = table.primary_key();
  if (table.without_rowid() || key.column_size() != 1 || key.key_size() > 0) return "";
  const Column* column = Find(table, key.column(0));
  return column != nullptr && column->type() == "INTEGER" ? column->name() : "";
}

// A word for the rowid that no column of the table has taken; "" where there is none.
std::string RowidName(const Table& table) {
  if (table.without_rowid()) return "";
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    if (Find(table, name) == nullptr) return name;
  }
  return "";
}

class Copy {
 public:
  Copy(const Table& before, const Table& after, absl::string_view temporary)
      : before_(before), after_(after), temporary_(temporary) {
    Columns();
    Rowids();
  }

  std::string Sql() const {
    return absl::StrCat("INSERT INTO ", QuoteName(temporary_), " (", absl::StrJoin(into_, ", "),
                        ") SELECT ", absl::StrJoin(from_, ", "), " FROM ",
                        QuoteName(before_.name()));
  }
  bool empty() const { return into_.empty(); }

 private:
  void Add(absl::string_view into, std::string from) {
    into_.push_back(QuoteName(into));
    from_.push_back(std::move(from));
  }

  void Columns() {
    for (const Column& c : after_.column()) {
      const Column* was = Find(before_, c.name());
      if (was == nullptr || c.has_generated()) continue;
      std::string value = QuoteName(was->name());
      if (c.not_null() && !was->not_null() && !c.default_().empty()) {
        value = absl::StrCat("IFNULL(", value, ", ", c.default_(), ")");
      }
      Add(c.name(), std::move(value));
    }
  }

  // Whatever names rows by their rowids (an FTS table with `content`, an application) still finds
  // them.
  void Rowids() {
    const std::string now = RowidColumn(after_);
    const std::string from = RowidName(before_);
    if (from.empty() || after_.without_rowid()) return;
    if (!now.empty()) {
      if (Find(before_, now) == nullptr) Add(now, from);
      return;
    }
    const std::string into = RowidName(after_);
    if (into.empty()) return;
    into_.insert(into_.begin(), into);
    from_.insert(from_.begin(), from);
  }

  const Table& before_;
  const Table& after_;
  const absl::string_view temporary_;
  std::vector<std::string> into_, from_;
};

}  // namespace

std::string CreateChecks() {
  return absl::StrCat(
      "CREATE TEMP TABLE ", kChecks,
      " (\n  known_columns INTEGER CONSTRAINT \"the table has a column that this script does not "
      "know\" CHECK (known_columns),\n  every_row INTEGER CONSTRAINT \"not every row came along\" "
      "CHECK (every_row),\n  foreign_keys INTEGER CONSTRAINT \"a foreign key is newly violated\" "
      "CHECK (foreign_keys)\n)");
}

std::string CheckColumns(absl::string_view table, const std::vector<std::string>& columns) {
  return absl::StrCat("INSERT INTO temp.", kChecks,
                      " (known_columns)\n  SELECT NOT EXISTS (SELECT name COLLATE "
                      "NOCASE FROM pragma_table_info(",
                      QuoteString(table), ")\n    EXCEPT VALUES ",
                      absl::StrJoin(columns, ", ",
                                    [](std::string* out, const std::string& column) {
                                      absl::StrAppend(out, "(", QuoteString(column), ")");
                                    }),
                      ")");
}

std::string CheckRows(absl::string_view table, absl::string_view copy) {
  return absl::StrCat("INSERT INTO temp.", kChecks, " (every_row)\n  SELECT (SELECT count(*) FROM ",
                      QuoteName(table), ") = (SELECT count(*) FROM ", QuoteName(copy), ")");
}

std::vector<std::string> RebuildTable(const Table& before, const Table& after,
                                      absl::string_view temporary) {
  const std::string old_name = QuoteName(before.name());
  const std::string new_name = QuoteName(temporary);
  std::vector<std::string> columns;
  for (const Column& c : before.column()) {
    if (!c.has_generated()) columns.push_back(c.name());
  }
  std::vector<std::string> statements = {CheckColumns(before.name(), columns),
                                         CreateTable(after, temporary)};
  const Copy copy(before, after, temporary);
  if (!copy.empty()) {
    statements.push_back(copy.Sql());
    statements.push_back(CheckRows(before.name(), temporary));
  }
  if (before.primary_key().autoincrement() && after.primary_key().autoincrement()) {
    statements.push_back(
        absl::StrCat("DELETE FROM sqlite_sequence WHERE name = ", QuoteString(temporary)));
    statements.push_back(
        absl::StrCat("INSERT INTO sqlite_sequence (name, seq) SELECT ", QuoteString(temporary),
                     ", seq FROM sqlite_sequence WHERE name = ", QuoteString(before.name())));
  }
  statements.push_back(absl::StrCat("DROP TABLE ", old_name));
  statements.push_back(
      absl::StrCat("ALTER TABLE ", new_name, " RENAME TO ", QuoteName(after.name())));
  return statements;
}

}  // namespace autogen::sqlite
