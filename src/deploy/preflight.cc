#include "src/deploy/preflight.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/deploy/harmless.h"
#include "src/deploy/watchdog.h"
#include "src/sql/quote.h"
#include "src/sql/scan.h"

namespace autogen::deploy {
namespace {

// Bytes of the first qualified name that follows a FROM.
std::pair<size_t, size_t> FindRelation(const std::string& query, size_t from = 0) {
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(query);
  if (!tokens.ok()) return {0, 0};
  for (size_t i = 0; i + 1 < tokens->size(); ++i) {
    if ((*tokens)[i].start < from) continue;
    if (!(*tokens)[i].Is("from")) continue;
    size_t at = i + 1;
    if ((*tokens)[at].Is("only") && at + 1 < tokens->size()) ++at;
    if ((*tokens)[at].kind == sql::Token::Kind::kOperator) continue;  // a query in parentheses
    size_t begin = (*tokens)[at].start, end = (*tokens)[at].end;
    while (at + 2 < tokens->size() && (*tokens)[at + 1].IsChar('.')) {
      at += 2;
      end = (*tokens)[at].end;
    }
    return {begin, end};
  }
  return {0, 0};
}

constexpr char kApplication[] = "autogen preflight";

class Asker {
 public:
  Asker(const std::string& url, const PreflightOptions& options)
      : connect_({.url = url, .application_name = kApplication}), options_(options) {}

  absl::StatusOr<DataCheckResult> Ask(const DataCheck& check) {
    DataCheckResult answer;
    answer.check = check;
    answer.problem = check.problem;
    if (!answer.problem.empty()) return answer;
    if (!connection_.has_value() || !connection_->alive()) {
      connection_.reset();
      ASSIGN_OR_RETURN(connection_, postgres::Connection::Open(connect_));
    }
    absl::Status status;
    bool late = false, reusable = false;
    {
      // The server's own timeout comes first: then the session survives.
      constexpr int kServerFirstMs = 1000;
      Watchdog watchdog(
          *connection_, connect_,
          {.deadline = std::chrono::milliseconds(options_.check_timeout_ms + kServerFirstMs),
           .stop = options_.stop});
      status = AskIn(answer);
      reusable = connection_->alive() && connection_->Exec("ROLLBACK").ok();
      late = watchdog.fired() || postgres::SqlState(status) == "57014";
      // Its cancel may still be on its way, and would meet the next statement.
      reusable &= !watchdog.fired();
    }
    if (!reusable) connection_.reset();
    if (options_.stop && options_.stop()) {
      return absl::CancelledError("interrupted; the running check was cancelled");
    }
    answer.late = late;
    if (late) {
      answer.problem = absl::StrCat("timed out after ", options_.check_timeout_ms / 1000.0,
                                    " s (--check-timeout)");
    } else if (!status.ok()) {
      answer.problem = std::string(status.message());
      answer.early = IsMissing(status) && check.made.Explains(status.message());
    }
    return answer;
  }

 private:
  // A failure is the check's.
  absl::Status AskIn(DataCheckResult& answer) {
    RETURN_IF_ERROR(connection_->Exec(Begin()).status());
    if (answer.check.find) {
      ASSIGN_OR_RETURN(answer.check.query, answer.check.find(*connection_));
      if (answer.check.query.empty()) return absl::OkStatus();
    }
    RETURN_IF_ERROR(Judge(answer.check.query, answer));
    if (!answer.problem.empty()) return absl::OkStatus();
    std::string query = answer.check.query;
    if (options_.sample_rows > 0) {
      ASSIGN_OR_RETURN(answer.sampled, Percent(query));
      if (answer.sampled < 100) {
        query = WithSample(query, answer.sampled);
        RETURN_IF_ERROR(Judge(query, answer));
        if (!answer.problem.empty()) return absl::OkStatus();
      }
    }
    // The extended protocol takes one statement, whatever the text is.
    ASSIGN_OR_RETURN(postgres::Result result, connection_->ExecParams(query, {}));
    int64_t rows = 0;
    if (result.rows() != 1 || result.columns() != 1 ||
        !absl::SimpleAtoi(result.Text(0, 0), &rows) || rows < 0) {
      answer.problem = "the query does not return one number";
    } else {
      answer.rows = rows;
      answer.early = rows > 0 && answer.check.rows_change;
    }
    return absl::OkStatus();
  }

  absl::Status Judge(const std::string& query, DataCheckResult& answer) {
    ASSIGN_OR_RETURN(Verdict verdict, JudgeQuery(*connection_, query, options_.extensions));
    if (!verdict.objections.empty()) {
      answer.problem = absl::StrJoin(verdict.objections, "; ");
    } else if (!verdict.missing.empty()) {
      answer.problem = absl::StrCat("there is no ", absl::StrJoin(verdict.missing, ", no "));
      answer.early = answer.check.made.Explains(absl::StrJoin(verdict.missing, " "));
    }
    return absl::OkStatus();
  }

  // Everything is local: behind a pooler the server's session serves others next.
  std::string Begin() const {
    return absl::StrCat(
        "BEGIN TRANSACTION READ ONLY; SET LOCAL default_transaction_read_only = on; "
        "SET LOCAL search_path = ",
        kHarmlessSearchPath,
        "; SET LOCAL row_security = off; SET LOCAL jit = off; SET LOCAL "
        "standard_conforming_strings = on; "
        "SET LOCAL idle_in_transaction_session_timeout = ",
        options_.check_timeout_ms + 60000, "; SET LOCAL lock_timeout = ", options_.lock_timeout_ms,
        "; SET LOCAL statement_timeout = ", options_.check_timeout_ms);
  }

  // Of the table's pages; by the planner's figures, which may be missing.
  absl::StatusOr<double> Percent(const std::string& query) {
    std::string relation = FirstRelation(query);
    if (relation.empty()) return 100.0;
    ASSIGN_OR_RETURN(
        postgres::Result found,
        connection_->Exec(absl::StrCat(
            "SELECT sum(greatest(c.reltuples, 0)) FROM pg_catalog.pg_class c WHERE c.oid IN "
            "(SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass(",
            sql::Literal(relation), "))) OR c.oid = to_regclass(", sql::Literal(relation), ")")));
    double rows = 0;
    if (found.rows() != 1 || !absl::SimpleAtod(found.Text(0, 0), &rows) || rows <= 0) return 100.0;
    return std::min(100.0, 100.0 * static_cast<double>(options_.sample_rows) / rows);
  }

  // A name that is not there, or (22P02) a label.
  static bool IsMissing(const absl::Status& status) {
    static constexpr absl::string_view kStates[] = {"42P01", "42703", "42704",
                                                    "42883", "3F000", "22P02"};
    return absl::IsNotFound(status) || std::find(std::begin(kStates), std::end(kStates),
                                                 postgres::SqlState(status)) != std::end(kStates);
  }

  const postgres::ConnectOptions connect_;
  const PreflightOptions& options_;
  std::optional<postgres::Connection> connection_;
};

}  // namespace

std::string FirstRelation(const std::string& query) {
  auto [begin, end] = FindRelation(query);
  return query.substr(begin, end - begin);
}

std::vector<std::string> RelationsOf(const std::string& query) {
  std::vector<std::string> relations;
  for (size_t at = 0;;) {
    auto [begin, end] = FindRelation(query, at);
    if (end == 0) return relations;
    relations.push_back(query.substr(begin, end - begin));
    at = end;
  }
}

std::string WithSample(const std::string& query, double percent) {
  auto [begin, end] = FindRelation(query);
  if (end == 0) return query;
  return absl::StrCat(query.substr(0, end), " TABLESAMPLE SYSTEM (",
                      absl::StrFormat("%.6f", percent), ")", query.substr(end));
}

absl::StatusOr<std::vector<DataCheckResult>> RunPreflight(const std::string& url,
                                                          const std::vector<DataCheck>& checks,
                                                          const PreflightOptions& options) {
  std::vector<DataCheckResult> answers;
  Asker asker(url, options);
  for (const DataCheck& check : checks) {
    ASSIGN_OR_RETURN(DataCheckResult answer, asker.Ask(check));
    if (options.progress) options.progress(answer);
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace autogen::deploy
