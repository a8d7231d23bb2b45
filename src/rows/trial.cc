#include "src/rows/trial.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/rows/fill.h"
#include "src/sql/quote.h"

namespace autogen::rows {
namespace {

constexpr int kAttempts = 6;

// The rows of a table as texts, by their key.
struct Content {
  struct Value {
    bool null = false;
    std::string text;
    bool operator==(const Value& o) const { return null == o.null && text == o.text; }
  };
  std::vector<std::pair<std::string, std::vector<Value>>> rows;
};

std::string ContentQuery(const FilledTable& table) {
  auto cast = [](std::string* out, const std::string& column) {
    absl::StrAppend(out, sql::Ident(column), "::text");
  };
  std::string key = table.key.empty() ? "''"
                                      : absl::StrCat("concat_ws('/', ",
                                                     absl::StrJoin(table.key, ", ", cast), ")");
  std::string list = absl::StrJoin(table.columns, ", ", cast);
  return absl::StrCat("SELECT ", key, list.empty() ? "" : ", ", list, " FROM ", table.relation);
}

Content ReadContent(const postgres::Result& result) {
  Content content;
  for (int row = 0; row < result.rows(); ++row) {
    std::vector<Content::Value> values;
    for (int column = 1; column < result.columns(); ++column) {
      values.push_back({result.IsNull(row, column), std::string(result.Text(row, column))});
    }
    content.rows.emplace_back(std::string(result.Text(row, 0)), std::move(values));
  }
  return content;
}

// How the values of one column differ; "" where they do not. Both in the same order of rows.
std::string HowValuesDiffer(const std::vector<Content::Value>& before,
                            const std::vector<Content::Value>& after) {
  size_t nulls = 0, others = 0;
  std::string example;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    if (after[i].null) {
      ++nulls;
      continue;
    }
    if (others++ > 0) continue;
    std::string was = before[i].null ? "NULL" : sql::Literal(ClipUtf8(before[i].text, 40));
    example = absl::StrCat(was, " as ", sql::Literal(ClipUtf8(after[i].text, 40)));
  }
  if (nulls + others == 0) return "";
  if (others == 0) {
    return absl::StrCat(nulls, " of ", Count(before.size(), "value"), " are restored as NULL");
  }
  return absl::StrCat(nulls + others, " of ", Count(before.size(), "value"),
                      " are restored with another value, ", example);
}

class Comparer {
 public:
  Comparer(const FilledTable& table, Content before, Content after)
      : table_(table), before_(std::move(before)), after_(std::move(after)) {}

  std::vector<RowLoss> Run() {
    std::vector<RowLoss> losses;
    if (after_.rows.size() < before_.rows.size()) {
      losses.push_back({table_.id, "",
                        absl::StrCat(before_.rows.size() - after_.rows.size(), " of ",
                                     Count(before_.rows.size(), "row"), " are not restored")});
      return losses;
    }
    const bool keyed = !table_.key.empty() && SameKeys();
    for (size_t c = 0; c < table_.columns.size(); ++c) {
      std::string how = HowValuesDiffer(Column(before_, c, keyed), Column(after_, c, keyed));
      if (!how.empty()) losses.push_back({table_.id, table_.columns[c], std::move(how)});
    }
    return losses;
  }

 private:
  bool SameKeys() {
    auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(before_.rows.begin(), before_.rows.end(), less);
    std::stable_sort(after_.rows.begin(), after_.rows.end(), less);
    return std::equal(before_.rows.begin(), before_.rows.end(), after_.rows.begin(),
                      after_.rows.end(),
                      [](const auto& a, const auto& b) { return a.first == b.first; });
  }

  // By the rows' keys, else as a bag of values.
  static std::vector<Content::Value> Column(const Content& content, size_t column, bool keyed) {
    std::vector<Content::Value> values;
    for (const auto& row : content.rows) values.push_back(row.second[column]);
    if (!keyed) {
      std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) {
        return std::tie(a.null, a.text) < std::tie(b.null, b.text);
      });
    }
    return values;
  }

  const FilledTable& table_;
  Content before_;
  Content after_;
};

class Trial {
 public:
  Trial(postgres::Connection& connection, const RowRequest& request)
      : connection_(connection), request_(request) {}

  absl::StatusOr<RowTrial> Run() {
    ASSIGN_OR_RETURN(filling_, FillTables(connection_, *request_.before, request_.tables));
    trial_.rows = filling_.rows;
    trial_.tables = filling_.tables.size();
    trial_.unfilled = filling_.unfilled;
    trial_.violating.assign(request_.questions.size(), 0);
    if (filling_.tables.empty()) return std::move(trial_);
    RETURN_IF_ERROR(AskQuestions());
    // The server's settings for the script, as on a real database.
    RETURN_IF_ERROR(connection_.Exec("RESET session_replication_role").status());
    if (std::any_of(trial_.violating.begin(), trial_.violating.end(),
                    [](int64_t n) { return n > 0; })) {
      ASSIGN_OR_RETURN(std::optional<size_t> failed, Attempt(nullptr));
      trial_.fails_at = failed.has_value() ? static_cast<int>(*failed) : -1;
      RETURN_IF_ERROR(RemoveViolating());
    }
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      ASSIGN_OR_RETURN(std::vector<Content> before, ReadAll());
      std::vector<Content> after;
      ASSIGN_OR_RETURN(std::optional<size_t> failed, Attempt(&after));
      if (!failed.has_value()) {
        Compare(std::move(before), std::move(after));
        return std::move(trial_);
      }
      ASSIGN_OR_RETURN(bool again, Empty(*failed));
      if (!again) break;
    }
    trial_.untried = message_;
    return std::move(trial_);
  }

 private:
  absl::Status AskQuestions() {
    for (size_t i = 0; i < request_.questions.size(); ++i) {
      // The query may need what the upgrade creates (a function that a check calls).
      absl::StatusOr<postgres::Result> answer = connection_.Exec(request_.questions[i].count);
      if (answer.ok()) trial_.violating[i] = answer->Int(0, 0);
      if (!connection_.alive()) return answer.status();
    }
    return absl::OkStatus();
  }

  absl::Status RemoveViolating() {
    (void)connection_.Exec("SET session_replication_role = replica");
    for (size_t i = 0; i < request_.questions.size(); ++i) {
      if (trial_.violating[i] == 0) continue;
      const RowQuestion& q = request_.questions[i];
      absl::Status deleted = connection_
                                 .Exec(absl::StrCat("DELETE FROM ", q.relation,
                                                    " WHERE (tableoid, ctid) IN (", q.rows, ")"))
                                 .status();
      // Rows that others reference, where the role may not disable foreign keys.
      if (!deleted.ok()) {
        RETURN_IF_ERROR(
            connection_.Exec(absl::StrCat("TRUNCATE ", q.relation, " CASCADE")).status());
      }
    }
    RETURN_IF_ERROR(DeleteOrphans(connection_, *request_.before, filling_));
    return connection_.Exec("RESET session_replication_role").status();
  }

  absl::StatusOr<std::vector<Content>> ReadAll() {
    std::vector<std::string> queries;
    for (const FilledTable& table : filling_.tables) queries.push_back(ContentQuery(table));
    ASSIGN_OR_RETURN(std::vector<postgres::Result> results, connection_.Pipeline(queries));
    std::vector<Content> contents;
    for (const postgres::Result& r : results) contents.push_back(ReadContent(r));
    return contents;
  }

  // Up, and with `after` down again and what is there then; undone in any case. The statement that
  // failed, counted on from the upgrade into the downgrade.
  absl::StatusOr<std::optional<size_t>> Attempt(std::vector<Content>* after) {
    std::vector<std::string> queries = {"BEGIN", "SET LOCAL search_path = \"$user\", public",
                                        "SET LOCAL check_function_bodies = off"};
    const size_t head = queries.size();
    queries.insert(queries.end(), request_.upgrade.begin(), request_.upgrade.end());
    if (after != nullptr) {
      queries.insert(queries.end(), request_.downgrade.begin(), request_.downgrade.end());
    }
    const size_t scripts = queries.size() - head;
    if (after != nullptr) {
      for (const FilledTable& table : filling_.tables) queries.push_back(ContentQuery(table));
    }
    size_t failed = 0;
    absl::StatusOr<std::vector<postgres::Result>> results = connection_.Pipeline(queries, &failed);
    if (!connection_.alive()) return results.status();
    RETURN_IF_ERROR(connection_.Exec("ROLLBACK; SET search_path = ''").status());
    if (!results.ok()) {
      message_ = std::string(results.status().message());
      if (failed < head || failed >= head + scripts) return results.status();
      return std::optional<size_t>(failed - head);
    }
    for (size_t i = head + scripts; i < results->size(); ++i) {
      after->push_back(ReadContent((*results)[i]));
    }
    return std::optional<size_t>();
  }

  // Notes the failure and takes the rows away that the statement may have stumbled over. False
  // where it is not known which, or where they were taken away before.
  absl::StatusOr<bool> Empty(size_t failed) {
    RowFailure failure;
    failure.downgrade = failed >= request_.upgrade.size();
    failure.statement = failure.downgrade ? failed - request_.upgrade.size() : failed;
    failure.message = message_;
    const auto& tables = failure.downgrade ? request_.downgrade_tables : request_.upgrade_tables;
    std::vector<std::string> relations;
    if (failure.statement < tables.size()) {
      for (const model::ObjectId& id : tables[failure.statement]) {
        bool filled = std::any_of(filling_.tables.begin(), filling_.tables.end(),
                                  [&](const FilledTable& t) { return t.id == id; });
        if (filled && emptied_.insert(id).second) {
          relations.push_back(sql::Qualified(id.schema, id.name));
        }
      }
    }
    if (relations.empty()) return false;
    trial_.failures.push_back(std::move(failure));
    RETURN_IF_ERROR(
        connection_.Exec(absl::StrCat("TRUNCATE ", absl::StrJoin(relations, ", "), " CASCADE"))
            .status());
    return true;
  }

  void Compare(std::vector<Content> before, std::vector<Content> after) {
    for (size_t i = 0; i < filling_.tables.size(); ++i) {
      if (!before[i].rows.empty()) trial_.tried.insert(filling_.tables[i].id);
      Comparer comparer(filling_.tables[i], std::move(before[i]), std::move(after[i]));
      for (RowLoss& loss : comparer.Run()) trial_.losses.push_back(std::move(loss));
    }
  }

  postgres::Connection& connection_;
  const RowRequest& request_;
  Filling filling_;
  std::set<model::ObjectId> emptied_;
  std::string message_;
  RowTrial trial_;
};

}  // namespace

absl::StatusOr<RowTrial> TryRows(postgres::Connection& connection, const RowRequest& request) {
  return Trial(connection, request).Run();
}

}  // namespace autogen::rows
