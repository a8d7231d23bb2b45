// The Runner reads the version table and the ledger, and makes them where they are missing.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/runner.h"
#include "src/base/status.h"
#include "src/base/text.h"

namespace autogen::apply {
namespace {

absl::Status CreatedMeanwhile(const VersionTable& table) {
  return absl::AbortedError(absl::StrCat("another autogen has created the version table ",
                                         table.Name(), " meanwhile; run the command again"));
}

}  // namespace

absl::Status Runner::ReadState() {
  return InOneTransaction([this] { return ReadTables(); });
}

absl::Status Runner::ReadTables() {
  ASSIGN_OR_RETURN(found_,
                   FindVersionTable(connection_, options_.version_schema, options_.version_table,
                                    options_.max_replication_lag_s));
  const VersionTable& table = found_.table;
  if (locked_ && table.Name() != table_.Name()) return CreatedMeanwhile(table);
  if (found_.outside_search_path && table.Name() != table_.Name()) {
    observer_->Note(
        absl::StrCat("the version table is ", table.Name(), ", which is not in the search path"));
  }
  table_ = table;
  ASSIGN_OR_RETURN(
      postgres::Result code,
      connection_.Exec(
          "SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE "
          "p.oid >= 16384 AND l.lanname <> 'c'), EXISTS (SELECT FROM pg_event_trigger WHERE "
          "evtenabled <> 'D')"));
  code_ = {code.Bool(0, 0), code.Bool(0, 1)};
  rows_.clear();
  unfinished_.reset();
  if (found_.exists) {
    ASSIGN_OR_RETURN(rows_, ReadVersionRows(connection_, table_));
  }
  if (found_.has_ledger) {
    ASSIGN_OR_RETURN(unfinished_, ReadUnfinished(connection_, table_));
  }
  return absl::OkStatus();
}

absl::Status Runner::CreateTables() {
  std::vector<std::string> statements;
  if (!found_.exists) statements.push_back(table_.CreateTable());
  if (!found_.has_ledger) {
    statements.push_back(table_.CreateLedger());
    statements.push_back(table_.InsertBaseline());
  }
  if (statements.empty()) return absl::OkStatus();
  const bool anywhere = !found_.exists && options_.version_schema.empty() && !pooled();
  RETURN_IF_ERROR(Annotate(anywhere ? CreateTheOnly(statements) : ExecInOne(statements),
                           absl::StrCat("creating the version table ", table_.Name())));
  found_.exists = found_.has_ledger = true;
  return absl::OkStatus();
}

absl::Status Runner::CreateTheOnly(const std::vector<std::string>& statements) {
  // The run lock is that of one schema's table; this one is everybody's who would make the first.
  const int64_t key = VersionTable("", options_.version_table).LockKey();
  auto create = [&]() -> absl::Status {
    RETURN_IF_ERROR(
        connection_.Exec(absl::StrCat("BEGIN; SELECT pg_catalog.pg_advisory_xact_lock(", key, ")"))
            .status());
    ASSIGN_OR_RETURN(const FoundVersionTable found,
                     FindVersionTable(connection_, options_.version_schema, options_.version_table,
                                      options_.max_replication_lag_s));
    if (found.exists) return CreatedMeanwhile(found.table);
    return connection_.Exec(absl::StrCat(absl::StrJoin(statements, "; "), "; COMMIT")).status();
  };
  absl::Status status = create();
  if (!status.ok() && connection_.alive()) connection_.Exec("ROLLBACK").IgnoreError();
  return status;
}

absl::Status Runner::MakeRoom(absl::Span<const std::string> ids) {
  const int limit = found_.id_length;
  if (limit == 0) return absl::OkStatus();
  const auto too_long = std::find_if(ids.begin(), ids.end(), [&](const std::string& id) {
    return CountCharacters(id) > static_cast<size_t>(limit);
  });
  if (too_long == ids.end()) return absl::OkStatus();
  if (!found_.owned) {
    return absl::FailedPreconditionError(absl::StrCat(
        "nothing was run: the id ", *too_long, " is longer than the ", limit, " characters that ",
        table_.Name(),
        " can hold, and the table belongs to another role, which could say: ", table_.WidenIds()));
  }
  RETURN_IF_ERROR(
      Annotate(ExecInOne({table_.WidenIds()}), absl::StrCat("making room for the id ", *too_long)));
  observer_->Note(absl::StrCat(table_.Name(), ".version_num is now of type text: the id ",
                               *too_long, " is longer than ", limit, " characters"));
  found_.id_length = 0;
  return absl::OkStatus();
}

}  // namespace autogen::apply
