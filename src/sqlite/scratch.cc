#include "src/sqlite/scratch.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/diff/diff.h"
#include "src/sqlite/create.h"
#include "src/sqlite/read.h"
#include "src/sqlite/rules.h"
#include "src/sqlite/run.h"
#include "src/sqlite/sample_rows.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

constexpr int kRows = 8;

int Authorize(void*, int action, const char*, const char*, const char*, const char*) {
  return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

// The operations that are still needed, one a line; "" where the two are equal.
absl::StatusOr<std::string> Difference(const model::Snapshot& found, const Schema& wanted) {
  model::Snapshot target;
  target.schema = std::make_shared<Schema>(wanted);
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> from, model::ToCatalog(found));
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> to, model::ToCatalog(target));
  ASSIGN_OR_RETURN(const diff::Plan plan, diff::Diff(from, to, diff::Options(SqliteRules())));
  return diff::PrintPlan(plan);
}

class Prover {
 public:
  Prover(const Schema& before, const Schema& wanted, const std::vector<std::string>& upgrade,
         const std::vector<std::string>& downgrade)
      : before_(before), wanted_(wanted), upgrade_(upgrade), downgrade_(downgrade) {}

  absl::StatusOr<Proof> Run() {
    ASSIGN_OR_RETURN(proof_.difference, WithoutRows());
    if (proof_.difference.empty()) RETURN_IF_ERROR(WithRows());
    return std::move(proof_);
  }

 private:
  static absl::StatusOr<Database> Build(const Schema& schema) {
    ASSIGN_OR_RETURN(Database database, NewScratch());
    for (const Creation& made : CreateAll(schema)) RETURN_IF_ERROR(database.ExecOne(made.sql));
    return database;
  }

  static absl::Status Run(Database& database, const std::vector<std::string>& script) {
    std::vector<sql::Statement> statements;
    for (const std::string& sql : script) statements.push_back({.text = sql});
    return RunStatements(database, statements, /*no_transaction=*/false, nullptr);
  }

  absl::StatusOr<std::string> WithoutRows() {
    ASSIGN_OR_RETURN(Database database, Build(before_));
    for (bool up : {true, false, true}) {
      const char* way = up ? "upgrade" : "downgrade";
      const absl::Status run = Run(database, up ? upgrade_ : downgrade_);
      if (!run.ok()) return absl::StrCat("the ", way, " fails: ", run.message());
      ASSIGN_OR_RETURN(const model::Snapshot found, Read(database));
      ASSIGN_OR_RETURN(const std::string left, Difference(found, up ? wanted_ : before_));
      if (!left.empty()) {
        return absl::StrCat("after the ", way, " these changes would still be needed:\n", left);
      }
    }
    return "";
  }

  static absl::StatusOr<std::vector<std::string>> Values(Database& database, const Table& table,
                                                         const std::string& column) {
    return RowsOf(database, table.name(), {column});
  }

  absl::Status WithRows() {
    ASSIGN_OR_RETURN(Database database, Build(before_));
    FillTables(database, before_, kRows);
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> held;
    for (const Table& t : before_.table()) {
      if (t.has_virtual_()) continue;
      for (const Column& c : t.column()) {
        ASSIGN_OR_RETURN(held[std::pair(t.name(), c.name())], Values(database, t, c.name()));
      }
      const size_t rows = held.empty() || t.column_size() == 0
                              ? 0
                              : held[std::pair(t.name(), t.column(0).name())].size();
      proof_.rows += static_cast<int>(rows);
      if (rows > 0) proof_.tried.push_back(t.name());
    }
    for (bool up : {true, false}) {
      const absl::Status run = Run(database, up ? upgrade_ : downgrade_);
      if (run.ok()) continue;
      proof_.untried =
          absl::StrCat(up ? "the upgrade" : "the downgrade", " fails over rows: ", run.message());
      return absl::OkStatus();
    }
    for (const Table& t : before_.table()) {
      if (t.has_virtual_()) continue;
      RETURN_IF_ERROR(FindLosses(database, t, held));
    }
    return absl::OkStatus();
  }

  absl::Status FindLosses(
      Database& database, const Table& table,
      const std::map<std::pair<std::string, std::string>, std::vector<std::string>>& held) {
    for (const Column& c : table.column()) {
      const std::vector<std::string>& was = held.at(std::pair(table.name(), c.name()));
      ASSIGN_OR_RETURN(const std::vector<std::string> now, Values(database, table, c.name()));
      if (now == was) continue;
      if (now.size() != was.size()) {
        proof_.losses.push_back({table.name(), "",
                                 absl::StrCat(Count(was.size() - now.size(), "row"), " of ",
                                              was.size(), " do not come back")});
        return absl::OkStatus();
      }
      std::vector<std::string> lost;
      std::set_difference(was.begin(), was.end(), now.begin(), now.end(), std::back_inserter(lost));
      proof_.losses.push_back(
          {table.name(), c.name(),
           absl::StrCat(lost.size(), " of ", was.size(), " values do not come back")});
    }
    return absl::OkStatus();
  }

  const Schema& before_;
  const Schema& wanted_;
  const std::vector<std::string>& upgrade_;
  const std::vector<std::string>& downgrade_;
  Proof proof_;
};

}  // namespace

absl::StatusOr<Database> NewScratch() {
  ASSIGN_OR_RETURN(Database database, Database::InMemory());
  sqlite3_set_authorizer(database.raw(), Authorize, nullptr);
  return database;
}

absl::StatusOr<model::Snapshot> Canonicalise(const Schema& model, std::vector<Refusal>* refused) {
  ASSIGN_OR_RETURN(Database database, NewScratch());
  std::string problems;
  for (const Creation& creation : CreateAll(model)) {
    const absl::Status made = database.ExecOne(creation.sql);
    if (made.ok()) continue;
    absl::StrAppend(&problems, problems.empty() ? "" : "\n", "SQLite refuses ",
                    model::Describe(creation.object), ": ", made.message());
    if (refused != nullptr) {
      refused->push_back({creation.object, std::string(made.message())});
    }
  }
  if (!problems.empty()) return absl::InvalidArgumentError(problems);
  return Read(database);
}

absl::StatusOr<model::Snapshot> LoadSqlFiles(const std::vector<std::string>& paths) {
  ASSIGN_OR_RETURN(Database database, NewScratch());
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
    RETURN_IF_ERROR(Annotate(database.Exec(text), path));
  }
  return Read(database);
}

absl::StatusOr<Proof> Prove(const Schema& before, const Schema& wanted,
                            const std::vector<std::string>& upgrade,
                            const std::vector<std::string>& downgrade) {
  return Prover(before, wanted, upgrade, downgrade).Run();
}

}  // namespace autogen::sqlite
