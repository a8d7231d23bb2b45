#include "src/sqlite/sample_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/sqlite/canonical.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

std::string Value(const Column& column, int n, size_t place) {
  // Any column can be NULL now and then.
  if (!column.not_null() && n % 5 == 4) return "NULL";
  const absl::string_view affinity = AffinityOf(column.type());
  if (affinity == "INTEGER" || affinity == "NUMERIC") return absl::StrCat(n + 1);
  if (affinity == "REAL") return absl::StrCat(n + 1, ".5");
  if (affinity == "TEXT") return QuoteString(absl::StrCat("text ", place, " ", n + 1));
  return absl::StrCat("x'0", n % 10, "ff'");
}

}  // namespace

void FillTables(Database& database, const Schema& schema, int count) {
  for (const Table& table : schema.table()) {
    if (table.has_virtual_()) continue;
    for (int n = 0; n < count; ++n) {
      std::vector<std::string> names, values;
      for (const Column& c : table.column()) {
        if (c.has_generated()) continue;
        names.push_back(QuoteName(c.name()));
        std::string value = Value(c, n, names.size());
        for (const ForeignKey& k : table.foreign_key()) {
          if (k.column(0) == c.name()) value = absl::StrCat(n + 1);
        }
        for (const std::string& key : table.primary_key().column()) {
          if (key == c.name() && value == "NULL") value = absl::StrCat(n + 1);
        }
        values.push_back(std::move(value));
      }
      (void)database.Exec(absl::StrCat("INSERT OR IGNORE INTO ", QuoteName(table.name()), " (",
                                       absl::StrJoin(names, ", "), ") VALUES (",
                                       absl::StrJoin(values, ", "), ")"));
    }
  }
}

absl::StatusOr<std::vector<std::string>> RowsOf(Database& database, const std::string& table,
                                                const std::vector<std::string>& columns) {
  std::vector<std::string> parts = {"''"};
  for (const std::string& column : columns) {
    parts.push_back(
        absl::StrCat(QuoteString(absl::StrCat(column, "=")), " || quote(", QuoteName(column), ")"));
  }
  ASSIGN_OR_RETURN(std::vector<Database::Row> rows,
                   database.Query(absl::StrCat("SELECT ", absl::StrJoin(parts, " || ' ' || "),
                                               " FROM ", QuoteName(table), " ORDER BY 1")));
  std::vector<std::string> texts;
  for (Database::Row& row : rows) texts.push_back(std::move(row[0]));
  return texts;
}

}  // namespace autogen::sqlite
