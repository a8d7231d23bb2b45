#include "src/rows/trial.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/impact/impact.h"
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
    RETURN_IF_ERROR(Fill());
    trial_.rows = filling_.rows;
    trial_.tables = filling_.tables.size();
    trial_.unfilled = filling_.unfilled;
    trial_.violating.assign(request_.checks.size(), 0);
    if (filling_.tables.empty()) return std::move(trial_);
    RETURN_IF_ERROR(RunChecks());
    RETURN_IF_ERROR(RemoveViolating());
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      ASSIGN_OR_RETURN(std::vector<Content> before, ReadAll());
      ASSIGN_OR_RETURN(std::optional<size_t> failed, RunFrom(0));
      if (!failed.has_value()) {
        ASSIGN_OR_RETURN(std::vector<Content> after, ReadAll());
        Compare(std::move(before), std::move(after));
        return std::move(trial_);
      }
      if (!Note(*failed)) break;
      ASSIGN_OR_RETURN(bool restored, StartAgain());
      if (!restored) break;
    }
    trial_.untried = message_;
    return std::move(trial_);
  }

 private:
  absl::Status RunChecks() {
    for (size_t i = 0; i < request_.checks.size(); ++i) {
      // The query may need what the upgrade creates (a function that a check calls).
      absl::StatusOr<postgres::Result> answer = connection_.Exec(request_.checks[i].count);
      if (answer.ok()) trial_.violating[i] = answer->Int(0, 0);
      if (!connection_.alive()) return answer.status();
    }
    return absl::OkStatus();
  }

  // The rows of `emptied_` are left out.
  absl::Status Fill() {
    ASSIGN_OR_RETURN(filling_, FillTables(connection_, *request_.before, request_.tables));
    RETURN_IF_ERROR(Truncate(emptied_));
    // The server's settings for the script, as on a real database.
    return FireTriggers(connection_);
  }

  absl::Status Truncate(const std::set<model::ObjectId>& tables) {
    std::vector<std::string> relations;
    for (const model::ObjectId& id : tables) {
      relations.push_back(sql::Qualified(id.schema, id.name));
    }
    if (relations.empty()) return absl::OkStatus();
    return connection_.Exec(absl::StrCat("TRUNCATE ", absl::StrJoin(relations, ", "), " CASCADE"))
        .status();
  }

  absl::Status RemoveViolating() {
    SilenceTriggers(connection_);
    for (size_t i = 0; i < request_.checks.size(); ++i) {
      if (trial_.violating[i] == 0) continue;
      const RowCheck& q = request_.checks[i];
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
    return FireTriggers(connection_);
  }

  absl::StatusOr<std::vector<Content>> ReadAll() {
    std::vector<std::string> queries;
    for (const FilledTable& table : filling_.tables) queries.push_back(ContentQuery(table));
    ASSIGN_OR_RETURN(std::vector<postgres::Result> results, connection_.Pipeline(queries));
    std::vector<Content> contents;
    for (const postgres::Result& r : results) contents.push_back(ReadContent(r));
    return contents;
  }

  // Statements are counted on from the upgrade into the downgrade.
  const std::string& At(size_t statement) const {
    const size_t up = request_.upgrade.size();
    return statement < up ? request_.upgrade[statement] : request_.downgrade[statement - up];
  }

  // Statements that commit together: [begin, the result), or one that runs outside of a
  // transaction (`alone`).
  size_t EndOfStep(size_t begin, bool* alone) const {
    const size_t end = begin < request_.upgrade.size() ? request_.upgrade.size() : Count();
    for (size_t i = begin; i < end; ++i) {
      const impact::RunMode mode = impact::FindImpact(At(i)).run;
      *alone = mode == impact::RunMode::kAlone && i == begin;
      if (mode == impact::RunMode::kAlone) return *alone ? i + 1 : i;
      if (mode == impact::RunMode::kCommitBeforeUse) return i + 1;
    }
    return end;
  }

  size_t Count() const { return request_.upgrade.size() + request_.downgrade.size(); }

  // From `begin` to the end of the downgrade; the statement that failed, whose step is undone.
  absl::StatusOr<std::optional<size_t>> RunFrom(size_t begin) {
    RETURN_IF_ERROR(connection_
                        .Exec("SET search_path = \"$user\", public; "
                              "SET check_function_bodies = off")
                        .status());
    while (begin < Count()) {
      bool alone = false;
      const size_t end = EndOfStep(begin, &alone);
      std::vector<std::string> queries;
      if (!alone) queries.emplace_back("BEGIN");
      const size_t head = queries.size();
      for (size_t i = begin; i < end; ++i) queries.push_back(At(i));
      if (!alone) queries.emplace_back("COMMIT");
      size_t failed = 0;
      absl::Status status = connection_.Pipeline(queries, &failed).status();
      if (!status.ok()) {
        if (!connection_.alive()) return status;
        RETURN_IF_ERROR(connection_.Exec("ROLLBACK; SET search_path = ''").status());
        message_ = std::string(status.message());
        step_ = begin;
        if (failed < head) return status;
        return std::optional<size_t>(std::min(begin + failed - head, end - 1));
      }
      begin = end;
    }
    RETURN_IF_ERROR(connection_.Exec("SET search_path = ''").status());
    return std::optional<size_t>();
  }

  // The failure, and the tables whose rows the statement may have stumbled over. False where it is
  // not known which, or where they were taken away before.
  bool Note(size_t failed) {
    RowFailure failure;
    failure.downgrade = failed >= request_.upgrade.size();
    failure.statement = failure.downgrade ? failed - request_.upgrade.size() : failed;
    failure.message = message_;
    const auto& tables = failure.downgrade ? request_.downgrade_tables : request_.upgrade_tables;
    bool any = false;
    if (failure.statement < tables.size()) {
      for (const model::ObjectId& id : tables[failure.statement]) {
        bool filled = std::any_of(filling_.tables.begin(), filling_.tables.end(),
                                  [&](const FilledTable& t) { return t.id == id; });
        if (filled && emptied_.insert(id).second) any = true;
      }
    }
    if (any) trial_.failures.push_back(std::move(failure));
    return any;
  }

  // Back to the rows of the beginning, without those of `emptied_`: what has committed runs to the
  // end of the downgrade without any. False where it does not.
  absl::StatusOr<bool> StartAgain() {
    if (step_ == 0) {
      RETURN_IF_ERROR(Truncate(emptied_));
      return true;
    }
    constexpr char kTables[] =
        "SELECT 'TRUNCATE ' || string_agg(c.oid::regclass::text, ', ') || "
        "' RESTART IDENTITY CASCADE' FROM pg_catalog.pg_class c "
        "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition "
        "AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        " AND pg_has_role(c.relowner, 'MEMBER')";
    ASSIGN_OR_RETURN(postgres::Result truncate, connection_.Exec(kTables));
    if (!truncate.IsNull(0, 0)) {
      RETURN_IF_ERROR(connection_.Exec(std::string(truncate.Text(0, 0))).status());
    }
    const std::string message = message_;
    ASSIGN_OR_RETURN(std::optional<size_t> failed, RunFrom(step_));
    message_ = message;
    if (failed.has_value()) return false;
    RETURN_IF_ERROR(Fill());
    RETURN_IF_ERROR(RemoveViolating());
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
  size_t step_ = 0;  // the first statement of the step that failed
  RowTrial trial_;
};

}  // namespace

absl::StatusOr<RowTrial> TryRows(postgres::Connection& connection, const RowRequest& request) {
  return Trial(connection, request).Run();
}

}  // namespace autogen::rows
