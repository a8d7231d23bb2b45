#include "src/apply/sqlite_tables.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/sqlite/token.h"

namespace autogen::apply {
namespace {

using sqlite::QuoteString;

constexpr absl::string_view kNow = "strftime('%Y-%m-%d %H:%M:%f UTC', 'now')";

std::string StringList(absl::Span<const std::string> values) {
  return absl::StrJoin(values, ", ", [](std::string* out, const std::string& value) {
    out->append(QuoteString(value));
  });
}

constexpr absl::string_view kColumns =
    " (revision, direction, step, steps, state, checksum, part_checksum, statement, tool, "
    "started_at, duration_ms)";

size_t Number(const std::string& text) {
  uint64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? static_cast<size_t>(number) : 0;
}

}  // namespace

std::string SqliteTables::Name() const { return sqlite::QuoteName(table_); }

std::string SqliteTables::LedgerName() const {
  return sqlite::QuoteName(absl::StrCat(table_, "_ledger"));
}

std::string SqliteTables::CreateTable() const {
  return absl::StrCat(
      "CREATE TABLE IF NOT EXISTS ", Name(), " (version_num TEXT NOT NULL, CONSTRAINT ",
      sqlite::QuoteName(absl::StrCat(table_, "_pkc")), " PRIMARY KEY (version_num))");
}

std::string SqliteTables::CreateLedger() const {
  return absl::StrCat("CREATE TABLE IF NOT EXISTS ", LedgerName(),
                      " (id INTEGER PRIMARY KEY"
                      ", revision TEXT NOT NULL"
                      ", direction TEXT NOT NULL"
                      ", step INTEGER NOT NULL"
                      ", steps INTEGER NOT NULL"
                      ", state TEXT NOT NULL"
                      ", checksum TEXT NOT NULL"
                      ", part_checksum TEXT NOT NULL"
                      ", statement TEXT"
                      ", tool TEXT NOT NULL"
                      ", started_at TEXT NOT NULL"
                      ", duration_ms INTEGER)");
}

std::string SqliteTables::InsertBaseline() const {
  return absl::StrCat("INSERT INTO ", LedgerName(), kColumns,
                      " SELECT group_concat(version_num, ' '), 'stamp', 1, 1, 'done', '', '', "
                      "NULL, '" AUTOGEN_VERSION "', ",
                      kNow, ", 0 FROM ", Name(), " WHERE NOT EXISTS (SELECT 1 FROM ", LedgerName(),
                      ") HAVING count(*) > 0");
}

std::vector<std::string> SqliteTables::ChangeRows(absl::Span<const std::string> remove,
                                                  absl::Span<const std::string> add) const {
  std::vector<std::string> statements;
  if (!remove.empty()) {
    statements.push_back(
        absl::StrCat("DELETE FROM ", Name(), " WHERE version_num IN (", StringList(remove), ")"));
  }
  if (!add.empty()) {
    statements.push_back(
        absl::StrCat("INSERT INTO ", Name(), " (version_num) VALUES ",
                     absl::StrJoin(add, ", ", [](std::string* out, const std::string& row) {
                       absl::StrAppend(out, "(", QuoteString(row), ")");
                     })));
  }
  return statements;
}

std::string SqliteTables::InsertDone(const ScriptRun& script, const Step& of, size_t step,
                                     size_t steps, std::optional<int64_t> duration_ms) const {
  const std::string started_at = duration_ms.has_value()
                                     ? absl::StrFormat(
                                           "strftime('%%Y-%%m-%%d %%H:%%M:%%f UTC', 'now', "
                                           "'-%.3f seconds')",
                                           static_cast<double>(*duration_ms) / 1000)
                                     : std::string(kNow);
  return absl::StrCat(
      "INSERT INTO ", LedgerName(), kColumns, " VALUES (", QuoteString(script.revision), ", ",
      QuoteString(DirectionName(script.direction)), ", ", step, ", ", steps, ", 'done', ",
      QuoteString(script.checksum), ", ", QuoteString(of.checksum), ", ",
      of.alone ? QuoteString(Excerpt(script.statements[of.begin].text, 1000)) : "NULL",
      ", '" AUTOGEN_VERSION "', ", started_at, ", ",
      duration_ms.has_value() ? absl::StrCat(*duration_ms) : "NULL", ")");
}

std::string SqliteTables::InsertStamp(absl::Span<const std::string> revisions) const {
  return absl::StrCat("INSERT INTO ", LedgerName(), kColumns, " VALUES (",
                      QuoteString(absl::StrJoin(revisions, " ")),
                      ", 'stamp', 1, 1, 'done', '', '', NULL, '" AUTOGEN_VERSION "', ", kNow,
                      ", 0)");
}

std::string SqliteTables::LastFinished() const {
  return absl::StrCat("coalesce((SELECT max(id) FROM ", LedgerName(),
                      " WHERE step = steps AND state = 'done'), 0)");
}

std::string SqliteTables::DeleteUnfinished() const {
  return absl::StrCat("DELETE FROM ", LedgerName(), " WHERE id > ", LastFinished());
}

absl::StatusOr<SqliteTables::Found> SqliteTables::Read(sqlite::Database& database) const {
  Found found;
  const std::string ledger = absl::StrCat(table_, "_ledger");
  ASSIGN_OR_RETURN(const std::vector<sqlite::Database::Row> there,
                   database.Query("SELECT lower(name), type FROM sqlite_schema WHERE type IN "
                                  "('table', 'view') AND lower(name) IN (lower(?), lower(?))",
                                  {table_, ledger}));
  for (const sqlite::Database::Row& row : there) {
    if (row[1] == "view") {
      return absl::FailedPreconditionError(
          absl::StrCat(database.path(), ": ", row[0],
                       " is a view, where autogen's own table should be; name another one by "
                       "version_table in autogen.txtpb"));
    }
    (row[0].size() == table_.size() ? found.exists : found.has_ledger) = true;
  }
  if (found.exists) {
    absl::StatusOr<std::vector<sqlite::Database::Row>> rows =
        database.Query(absl::StrCat("SELECT version_num FROM ", Name(), " ORDER BY 1"));
    if (!rows.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat(database.path(), ": the table ", table_,
                       " is not a version table: ", rows.status().message()));
    }
    for (sqlite::Database::Row& row : *rows) found.rows.push_back(std::move(row[0]));
  }
  if (!found.has_ledger) return found;
  ASSIGN_OR_RETURN(
      const std::vector<sqlite::Database::Row> open,
      database.Query(absl::StrCat("SELECT revision, direction, step, steps, part_checksum, "
                                  "coalesce(statement, ''), started_at FROM ",
                                  LedgerName(), " WHERE id > ", LastFinished(), " ORDER BY id")));
  for (const sqlite::Database::Row& row : open) {
    if (!found.unfinished.has_value()) found.unfinished.emplace();
    found.unfinished->revision = row[0];
    found.unfinished->direction =
        row[1] == "downgrade" ? Direction::kDowngrade : Direction::kUpgrade;
    found.unfinished->steps.push_back({.number = Number(row[2]),
                                       .count = Number(row[3]),
                                       .done = true,
                                       .checksum = row[4],
                                       .statement = row[5],
                                       .started_at = row[6]});
  }
  return found;
}

absl::StatusOr<std::vector<LedgerEntry>> SqliteTables::ReadEntries(
    sqlite::Database& database) const {
  ASSIGN_OR_RETURN(
      const std::vector<sqlite::Database::Row> rows,
      database.Query(absl::StrCat("SELECT revision, direction, checksum FROM ", LedgerName(),
                                  " WHERE step = steps AND state = 'done' "
                                  "ORDER BY id")));
  std::vector<LedgerEntry> entries;
  for (const sqlite::Database::Row& row : rows) {
    LedgerEntry entry;
    entry.kind = row[1] == "stamp"       ? LedgerEntry::Kind::kStamp
                 : row[1] == "downgrade" ? LedgerEntry::Kind::kDowngrade
                                         : LedgerEntry::Kind::kUpgrade;
    entry.revisions = absl::StrSplit(row[0], ' ', absl::SkipEmpty());
    entry.checksum = row[2];
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace autogen::apply
