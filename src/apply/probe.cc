#include "src/apply/probe.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

std::string ToRegclass(absl::string_view schema, absl::string_view name) {
  return absl::StrCat("to_regclass(", sql::Literal(sql::Qualified(schema, name)), ")");
}

// index (quoted), indisvalid, pid of the session that builds it or null; WHERE is the caller's.
std::string IndexQuery(absl::string_view where) {
  return absl::StrCat(
      "SELECT format('%I.%I', n.nspname, c.relname), i.indisvalid, p.pid FROM pg_index i JOIN "
      "pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN "
      "pg_stat_progress_create_index p ON p.index_relid = i.indexrelid AND p.datname = "
      "current_database() WHERE ",
      where);
}

absl::StatusOr<Remains> ProbeInvalid(postgres::Connection& connection, const std::string& where,
                                     bool valid_is_done) {
  ASSIGN_OR_RETURN(postgres::Result result, connection.Exec(IndexQuery(where)));
  Remains remains;
  for (int row = 0; row < result.rows(); ++row) {
    if (result.Bool(row, 1)) {
      remains.done = valid_is_done;
      continue;
    }
    if (!result.IsNull(row, 2)) {
      return absl::AbortedError(absl::StrCat("index ", result.Text(row, 0),
                                             " is being built by pid ", result.Text(row, 2),
                                             " right now"));
    }
    remains.repairs.push_back(absl::StrCat("DROP INDEX CONCURRENTLY ", result.Text(row, 0)));
  }
  return remains;
}

absl::StatusOr<Remains> ProbeCreateIndex(postgres::Connection& connection,
                                         const impact::Impact& c) {
  return ProbeInvalid(connection,
                      absl::StrCat("i.indrelid = ", ToRegclass(c.relation.schema, c.relation.name),
                                   " AND c.relname = ", sql::Literal(c.index.name)),
                      true);
}

absl::StatusOr<Remains> ProbeDropIndex(postgres::Connection& connection, const impact::Impact& c) {
  ASSIGN_OR_RETURN(postgres::Result result,
                   connection.Exec(absl::StrCat("SELECT ", ToRegclass(c.index.schema, c.index.name),
                                                " IS NULL")));
  Remains remains;
  remains.done = result.Bool(0, 0);
  return remains;
}

absl::StatusOr<Remains> ProbeReindex(postgres::Connection& connection, const impact::Impact& c) {
  constexpr absl::string_view kTwin = "NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND ";
  if (!c.index.name.empty()) {
    const std::string index = ToRegclass(c.index.schema, c.index.name);
    return ProbeInvalid(
        connection,
        absl::StrCat(kTwin, "i.indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = ",
                     index, ") AND starts_with(c.relname, ", sql::Literal(c.index.name), ")"),
        false);
  }
  if (!c.relation.name.empty()) {
    const std::string table = ToRegclass(c.relation.schema, c.relation.name);
    return ProbeInvalid(
        connection,
        absl::StrCat(kTwin, "i.indrelid IN (", table,
                     ", (SELECT reltoastrelid FROM pg_class WHERE oid = ", table, "))"),
        false);
  }
  return Remains{};
}

absl::StatusOr<Remains> ProbeDetach(postgres::Connection& connection, const impact::Impact& c) {
  if (c.partition.name.empty()) return Remains{};
  const std::string parent = sql::Qualified(c.relation.schema, c.relation.name);
  const std::string child = sql::Qualified(c.partition.schema, c.partition.name);
  ASSIGN_OR_RETURN(
      postgres::Result result,
      connection.Exec(absl::StrCat(
          "SELECT inhdetachpending FROM pg_inherits WHERE inhparent = to_regclass(",
          sql::Literal(parent), ") AND inhrelid = to_regclass(", sql::Literal(child), ")")));
  Remains remains;
  if (result.rows() == 0) {
    remains.done = true;
  } else if (result.Bool(0, 0)) {
    remains.repairs.push_back(
        absl::StrCat("ALTER TABLE ", parent, " DETACH PARTITION ", child, " FINALIZE"));
    remains.done_by_repairs = true;
  }
  return remains;
}

// "backend/number" of the transaction that `ahead` more come to; "" where it is not known.
std::string TransactionNumber(postgres::Connection& connection, int ahead) {
  absl::StatusOr<postgres::Result> result = connection.Exec(absl::StrCat(
      "SELECT split_part(virtualtransaction, '/', 1) || '/' || (split_part(virtualtransaction, "
      "'/', 2)::bigint + ",
      ahead,
      ") FROM pg_catalog.pg_locks WHERE pid = pg_backend_pid() AND locktype = 'virtualxid' "
      "LIMIT 1"));
  return result.ok() && result->rows() == 1 ? std::string(result->Text(0, 0)) : "";
}

}  // namespace

absl::StatusOr<Remains> Probe(postgres::Connection& connection, const impact::Impact& impact) {
  const impact::Impact& c = impact;
  if (!c.concurrently) return Remains{};
  // Syntax that the parser does not know has no node, but its index and table by name.
  const bool index_on_table = !c.index.name.empty() && !c.relation.name.empty();
  if (c.node == "IndexStmt" || (c.node.empty() && index_on_table)) {
    return ProbeCreateIndex(connection, c);
  }
  if (c.node == "ReindexStmt") return ProbeReindex(connection, c);
  if (c.node == "AlterTableStmt") return ProbeDetach(connection, c);
  if (c.node == "DropStmt" || !c.index.name.empty()) return ProbeDropIndex(connection, c);
  return Remains{};
}

CommitWatch::CommitWatch(postgres::Connection& connection, bool watching)
    : connection_(connection), before_(watching ? TransactionNumber(connection, 2) : "") {}

bool CommitWatch::MayHaveCommitted() const {
  if (before_.empty() || !connection_.alive()) return true;
  return TransactionNumber(connection_, 0) != before_;
}

bool SaysAlreadyDone(const impact::Impact& impact, const absl::Status& error) {
  const std::string& node = impact.node;
  const bool creates =
      node == "CreatedbStmt" || node == "CreateTableSpaceStmt" || node == "CreateSubscriptionStmt";
  const bool drops =
      node == "DropdbStmt" || node == "DropTableSpaceStmt" || node == "DropSubscriptionStmt";
  return (creates && absl::IsAlreadyExists(error)) || (drops && absl::IsNotFound(error));
}

}  // namespace autogen::apply
