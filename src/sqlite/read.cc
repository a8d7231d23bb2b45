#include "src/sqlite/read.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/model/new_schema.h"
#include "src/model/no_schema.h"
#include "src/sqlite/dependencies.h"
#include "src/sqlite/statement_text.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

std::string Lower(absl::string_view name) { return absl::AsciiStrToLower(name); }

bool IsOwn(absl::string_view name) { return absl::StartsWithIgnoreCase(name, "sqlite_"); }

class Reader {
 public:
  Reader(Database& database, const std::vector<std::string>& hidden) : database_(database) {
    for (const std::string& name : hidden) hidden_.insert(Lower(name));
  }

  absl::StatusOr<model::Snapshot> Run() {
    snapshot_.schema = model::NewSchema();
    ASSIGN_OR_RETURN(const std::vector<Database::Row> rows,
                     database_.Query("SELECT type, name, tbl_name, sql FROM sqlite_schema "
                                     "WHERE sql IS NOT NULL ORDER BY rowid"));
    const bool has_virtual = std::any_of(rows.begin(), rows.end(), [](const Database::Row& row) {
      return absl::StartsWithIgnoreCase(row[3], "CREATE VIRTUAL ");
    });
    if (has_virtual) RETURN_IF_ERROR(FindHidden());
    for (absl::string_view type : {"table", "view", "index", "trigger"}) {
      for (const Database::Row& row : rows) {
        if (row[0] != type || IsOwn(row[1]) || hidden_.count(Lower(row[2])) > 0) continue;
        RETURN_IF_ERROR(
            Annotate(Take(row), absl::StrCat(database_.path(), ": ", type, " ", row[1])));
      }
    }
    model::PutInNoSchema(snapshot_.schema.get());
    snapshot_.server_version = sqlite3_libversion_number();
    return std::move(snapshot_);
  }

 private:
  absl::Status FindHidden() {
    ASSIGN_OR_RETURN(const std::vector<Database::Row> tables,
                     database_.Query("SELECT name, type FROM pragma_table_list "
                                     "WHERE schema = 'main'"));
    for (const Database::Row& row : tables) {
      if (row[1] == "shadow") hidden_.insert(Lower(row[0]));
    }
    return absl::OkStatus();
  }

  absl::Status Take(const Database::Row& row) {
    const std::string& sql = row[3];
    if (row[0] == "table") {
      tables_[Lower(row[1])] = snapshot_.schema->table_size();
      Table* table = snapshot_.schema->add_table();
      RETURN_IF_ERROR(ParseTable(sql, table));
      return Compare(*table);
    }
    if (row[0] == "view") {
      ASSIGN_OR_RETURN(View view, ParseView(sql));
      views_[Lower(row[1])] = snapshot_.schema->view_size();
      *snapshot_.schema->add_view() = std::move(view);
      return absl::OkStatus();
    }
    if (row[0] == "index") {
      ASSIGN_OR_RETURN(Table * table, TableNamed(row[2]));
      ASSIGN_OR_RETURN(*table->add_index(), ParseIndex(sql, ColumnsOf(*table)));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(Trigger trigger, ParseTrigger(sql));
    if (auto view = views_.find(Lower(row[2])); view != views_.end()) {
      *snapshot_.schema->mutable_view(view->second)->add_trigger() = std::move(trigger);
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(Table * table, TableNamed(row[2]));
    *table->add_trigger() = std::move(trigger);
    return absl::OkStatus();
  }

  static std::vector<std::string> ColumnsOf(const Table& table) {
    std::vector<std::string> names;
    for (const Column& c : table.column()) names.push_back(c.name());
    return names;
  }

  absl::StatusOr<Table*> TableNamed(const std::string& name) {
    auto found = tables_.find(Lower(name));
    if (found == tables_.end()) return absl::DataLossError(absl::StrCat("no table ", name));
    return snapshot_.schema->mutable_table(found->second);
  }

  // What the text was read as, against what SQLite itself has of it: names, NOT NULL, what is
  // generated.
  absl::Status Compare(const Table& table) {
    if (table.has_virtual_()) return absl::OkStatus();
    int at = 0;
    bool same = true;
    const auto compare = [&](sqlite3_stmt* row) {
      if (at >= table.column_size()) return void(same = false);
      const Column& c = table.column(at++);
      same = same && Database::Text(row, 1) == c.name() &&
             c.generated().expression().empty() == (sqlite3_column_int(row, 6) == 0) &&
             (!c.not_null() || sqlite3_column_int(row, 3) == 1);
    };
    RETURN_IF_ERROR(database_.Visit(
        absl::StrCat("PRAGMA main.table_xinfo(", QuoteName(table.name()), ")"), compare));
    if (same && at == table.column_size()) return absl::OkStatus();
    return absl::DataLossError(
        "its text in sqlite_schema does not say what PRAGMA table_xinfo says; was the schema "
        "edited with writable_schema?");
  }

  Database& database_;
  model::Snapshot snapshot_;
  std::set<std::string> hidden_;
  std::map<std::string, int> tables_, views_;
};

}  // namespace

absl::StatusOr<model::Snapshot> Read(Database& database, const std::vector<std::string>& hidden,
                                     bool dependencies) {
  // One state of the file, and its lock taken once; within the caller's transaction where it has
  // one.
  const bool own = sqlite3_get_autocommit(database.raw()) != 0;
  if (own) RETURN_IF_ERROR(database.Exec("BEGIN"));
  absl::StatusOr<model::Snapshot> snapshot = Reader(database, hidden).Run();
  const absl::Status ended = own ? database.Exec("COMMIT") : absl::OkStatus();
  RETURN_IF_ERROR(snapshot.status());
  RETURN_IF_ERROR(ended);
  if (dependencies) snapshot->dependencies = FindDependencies(*snapshot->schema);
  return snapshot;
}

}  // namespace autogen::sqlite
