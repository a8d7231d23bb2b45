#include "src/generate/preflight.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/status.h"
#include "src/sql/quote.h"
#include "src/sql/scan.h"
#include "src/sql/statement.h"

namespace autogen::generate {
namespace {

// Bytes of the first qualified name that follows a FROM.
std::pair<size_t, size_t> FindRelation(const std::string& query) {
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(query);
  if (!tokens.ok()) return {0, 0};
  for (size_t i = 0; i + 1 < tokens->size(); ++i) {
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

absl::Status CheckQuery(const PreflightQuestion& question) {
  absl::StatusOr<std::vector<sql::Statement>> statements = sql::SplitStatements(question.query);
  bool one = statements.ok() && statements->size() == 1;
  if (one && sql::Classify(question.query).node == "SelectStmt") return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(question.source.empty() ? "" : absl::StrCat(question.source, ": "),
                   "a preflight question is one SELECT that counts rows: ", question.query));
}

class Asker {
 public:
  Asker(postgres::Connection& connection, const PreflightOptions& options)
      : connection_(connection), options_(options) {}

  absl::StatusOr<PreflightAnswer> Ask(const PreflightQuestion& question) {
    PreflightAnswer answer;
    answer.question = question;
    RETURN_IF_ERROR(connection_.Exec(Begin()).status());
    std::string query = question.query;
    if (options_.sample_rows > 0) {
      ASSIGN_OR_RETURN(answer.sampled, Percent(query));
      if (answer.sampled < 100) query = WithSample(query, answer.sampled);
    }
    absl::StatusOr<postgres::Result> result = connection_.Exec(query);
    if (!result.ok()) {
      if (!connection_.alive()) return result.status();
      answer.problem = std::string(result.status().message());
      answer.early = question.later && IsMissing(postgres::SqlState(result.status()));
    } else if (result->rows() != 1 || result->columns() != 1) {
      answer.problem = "the query does not give one number";
    } else {
      answer.rows = result->Int(0, 0);
    }
    RETURN_IF_ERROR(connection_.Exec("ROLLBACK").status());
    return answer;
  }

 private:
  std::string Begin() const {
    std::string begin = absl::StrCat("BEGIN TRANSACTION READ ONLY; SET LOCAL lock_timeout = ",
                                     options_.lock_timeout_ms, "; SET LOCAL search_path = ''");
    if (options_.statement_timeout_ms > 0) {
      absl::StrAppend(&begin, "; SET LOCAL statement_timeout = ", options_.statement_timeout_ms);
    }
    return begin;
  }

  // Of the table's pages; by the planner's figures, which may be missing.
  absl::StatusOr<double> Percent(const std::string& query) {
    std::string relation = FirstRelation(query);
    if (relation.empty()) return 100.0;
    absl::StatusOr<postgres::Result> found = connection_.Exec(absl::StrCat(
        "SELECT sum(greatest(c.reltuples, 0)) FROM pg_catalog.pg_class c WHERE c.oid IN (SELECT "
        "relid FROM pg_catalog.pg_partition_tree(",
        sql::Literal(relation), "::regclass)) OR c.oid = to_regclass(", sql::Literal(relation),
        ")"));
    if (!found.ok()) {
      if (!connection_.alive()) return found.status();
      RETURN_IF_ERROR(connection_.Exec("ROLLBACK").status());
      RETURN_IF_ERROR(connection_.Exec(Begin()).status());
      return 100.0;
    }
    double rows = 0;
    if (found->rows() != 1 || !absl::SimpleAtod(found->Text(0, 0), &rows) || rows <= 0)
      return 100.0;
    return std::min(100.0, 100.0 * static_cast<double>(options_.sample_rows) / rows);
  }

  static bool IsMissing(const std::string& sqlstate) {
    static constexpr absl::string_view kStates[] = {"42P01", "42703", "42704", "42883", "3F000"};
    return std::find(std::begin(kStates), std::end(kStates), sqlstate) != std::end(kStates);
  }

  postgres::Connection& connection_;
  const PreflightOptions& options_;
};

}  // namespace

std::string FirstRelation(const std::string& query) {
  auto [begin, end] = FindRelation(query);
  return query.substr(begin, end - begin);
}

std::string WithSample(const std::string& query, double percent) {
  auto [begin, end] = FindRelation(query);
  if (end == 0) return query;
  return absl::StrCat(query.substr(0, end), " TABLESAMPLE SYSTEM (",
                      absl::StrFormat("%.6f", percent), ")", query.substr(end));
}

absl::StatusOr<std::vector<PreflightAnswer>> RunPreflight(
    postgres::Connection& connection, const std::vector<PreflightQuestion>& questions,
    const PreflightOptions& options) {
  for (const PreflightQuestion& question : questions) RETURN_IF_ERROR(CheckQuery(question));
  std::vector<PreflightAnswer> answers;
  Asker asker(connection, options);
  for (const PreflightQuestion& question : questions) {
    ASSIGN_OR_RETURN(PreflightAnswer answer, asker.Ask(question));
    if (options.progress) options.progress(answer);
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace autogen::generate
