#include "src/scratch/build.h"

#include <re2/re2.h>

#include <algorithm>
#include <deque>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/impact/impact.h"
#include "src/scratch/stubs.h"
#include "src/scratch/subscription.h"
#include "src/sql/mask.h"
#include "src/sql/quote.h"
#include "src/sql/statement.h"

namespace autogen::scratch {
namespace {

// A transaction of this many statements: each holds locks until its end, and the server's lock
// table is small.
constexpr size_t kChunk = 200;

enum class Mode { kTogether, kLastOfItsTransaction, kAlone, kSubscription, kOutside };

// `outside`: what a statement does outside its database, for Mode::kOutside.
absl::StatusOr<Mode> ModeOf(const Step& step, std::string* outside) {
  const impact::Impact impact = impact::FindImpact(step.sql);
  if (impact.run == impact::RunMode::kTransactionControl) {
    return absl::InvalidArgumentError(
        absl::StrCat(step.object.empty() ? "" : absl::StrCat(step.object, ": "),
                     "a transaction statement is not allowed here: ", step.sql));
  }
  *outside = impact.outside;
  if (absl::EndsWith(impact.node, "SubscriptionStmt") ||
      (impact.node == "AlterOwnerStmt" && WithoutConnection(step.sql).has_value())) {
    return Mode::kSubscription;
  }
  if (!impact.outside.empty()) return Mode::kOutside;
  if (impact.run == impact::RunMode::kAlone) return Mode::kAlone;
  return impact.run == impact::RunMode::kCommitBeforeUse ? Mode::kLastOfItsTransaction
                                                         : Mode::kTogether;
}

// insufficient_privilege; and what an aggregate over `internal` gets where a superuser must make
// it, invalid_function_definition.
constexpr char kNoRight[] = "42501";
constexpr char kObjectPayload[] = "autogen/object";
constexpr char kStatementPayload[] = "autogen/statement";
constexpr char kNoFunction[] = "42P13";

// out_of_memory: of the lock table, too.
constexpr char kNoRoom[] = "53200";

// What is missing may come with a later statement.
bool IsMissing(const std::string& sqlstate) {
  static constexpr absl::string_view kStates[] = {
      "42P01", "42883", "42704", "42703", "3F000",
      "42830",  // no unique constraint for the foreign key, yet
      "42809",  // a table that will be a view's base, still of the wrong kind
  };
  return std::find(std::begin(kStates), std::end(kStates), sqlstate) != std::end(kStates);
}

absl::Status Explain(const absl::Status& status, const Step& step) {
  std::string text = step.sql;
  if (text.size() > 400) text = absl::StrCat(ClipUtf8(text, 400), " …");
  absl::Status explained =
      step.object.empty() ? status : Annotate(status, absl::StrCat("building ", step.object));
  absl::Status full(explained.code(), absl::StrCat(explained.message(), "\nSTATEMENT: ", text));
  if (!step.object.empty()) {
    full.SetPayload(kObjectPayload, absl::Cord(step.object));
    full.SetPayload(kStatementPayload, absl::Cord(step.sql));
  }
  explained.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { full.SetPayload(url, payload); });
  return full;
}

class Builder {
 public:
  // `database` may be null: the connection is all there is.
  Builder(Database* database, postgres::Connection& connection, const BuildOptions& options)
      : database_(database), connection_(connection), options_(options) {}

  absl::Status Run(absl::Span<const Step> steps) {
    while (!steps.empty()) {
      std::string outside;
      ASSIGN_OR_RETURN(Mode mode, ModeOf(steps[0], &outside));
      size_t n = 1;
      if (mode == Mode::kAlone) {
        RETURN_IF_ERROR(One(steps[0], &deferred_));
      } else if (mode == Mode::kSubscription) {
        RETURN_IF_ERROR(Subscription(steps[0], outside));
      } else if (mode == Mode::kOutside) {
        RETURN_IF_ERROR(PassOver(steps[0], outside));
      } else {
        while (n < std::min(steps.size(), kChunk) && mode == Mode::kTogether) {
          ASSIGN_OR_RETURN(mode, ModeOf(steps[n], &outside));
          if (mode == Mode::kTogether || mode == Mode::kLastOfItsTransaction) ++n;
        }
        RETURN_IF_ERROR(Chunk(steps.first(n)));
      }
      steps.remove_prefix(n);
    }
    RETURN_IF_ERROR(Deferred());
    return connection_.Exec("SET search_path = ''").status();
  }

 private:
  absl::Status PassOver(const Step& step, const std::string& outside) {
    const std::string what = absl::StrCat(step.object, step.object.empty() ? "" : ": ", outside);
    if (options_.outside == nullptr) {
      return Explain(absl::PermissionDeniedError(absl::StrCat(
                         "this statement ", outside, ": it does not run in a scratch database")),
                     step);
    }
    options_.outside->push_back(what);
    return absl::OkStatus();
  }

  absl::Status Subscription(const Step& step, const std::string& outside) {
    Step shown = step;
    shown.sql = sql::Masked(step.sql);
    const std::optional<SubscriptionStep> inner = WithoutConnection(step.sql);
    if (!inner.has_value() || database_ == nullptr || database_->superuser() == nullptr) {
      return PassOver(shown, outside);
    }
    for (const std::string& role : sql::RolesIn(step.sql))
      database_->EnsureRole(role).IgnoreError();
    const absl::Status status = database_->superuser()->RunSubscription(*inner);
    return status.ok() ? status : Explain(status, shown);
  }

  std::string Sql(const Step& step) const {
    return options_.without_bodies ? WithoutBody(step.sql) : step.sql;
  }

  absl::Status Chunk(absl::Span<const Step> steps) {
    std::vector<std::string> queries;
    std::vector<size_t> step_of;
    std::optional<std::string> path = path_;
    for (size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].search_path.has_value() && steps[i].search_path != path) {
        path = steps[i].search_path;
        queries.push_back(SetPath(*path));
        step_of.push_back(i);
      }
      if (!steps[i].search_path.has_value()) path.reset();  // it may say SET itself
      queries.push_back(Sql(steps[i]));
      step_of.push_back(i);
    }
    size_t failed = 0;
    absl::Status status = connection_.Pipeline(queries, &failed).status();
    if (status.ok()) {
      path_ = path;
      return status;
    }
    if (MakeShared(status, steps[step_of[failed]])) return Chunk(steps);
    if (postgres::SqlState(status) == kNoRoom && steps.size() > 1) {
      const size_t half = steps.size() / 2;
      RETURN_IF_ERROR(Chunk(steps.first(half)));
      return Chunk(steps.subspan(half));
    }
    const Step& stopped = steps[step_of[failed]];
    const bool may_miss = options_.retry_missing || stopped.may_miss;
    const bool one_by_one = (stopped.optional && connection_.alive()) ||
                            (may_miss && IsMissing(postgres::SqlState(status))) ||
                            (MayAskSuperuser(status) && connection_.alive());
    if (!one_by_one) return Explain(status, stopped);
    for (const Step& step : steps) RETURN_IF_ERROR(One(step, &deferred_));
    return absl::OkStatus();
  }

  absl::Status One(const Step& step, std::deque<const Step*>* deferred) {
    if (step.search_path.has_value()) {
      RETURN_IF_ERROR(connection_.Exec(SetPath(*step.search_path)).status());
    }
    path_ = step.search_path;
    absl::Status status = connection_.Exec(Sql(step)).status();
    if (status.ok()) return status;
    if (MakeShared(status, step)) return One(step, deferred);
    if (MayAskSuperuser(status)) {
      status = CreateNamedRoles(step) ? connection_.Exec(Sql(step)).status()
                                      : AskSuperuser(step, status);
      if (status.ok()) return status;
    }
    if (step.may_miss && IsMissing(postgres::SqlState(status))) return absl::OkStatus();
    if (!step.optional && (!options_.retry_missing || !IsMissing(postgres::SqlState(status)))) {
      return Explain(status, step);
    }
    if (missing_.ok() && !step.optional) missing_ = Explain(status, step);
    deferred->push_back(&step);
    return absl::OkStatus();
  }

  // Rounds over what was put off, as long as each makes progress. Of what fails then, the first is
  // reported: the others may only depend on it.
  absl::Status Deferred() {
    while (!deferred_.empty()) {
      std::deque<const Step*> still;
      missing_ = absl::OkStatus();
      for (const Step* step : deferred_) RETURN_IF_ERROR(One(*step, &still));
      if (still.size() == deferred_.size()) return missing_;
      deferred_ = std::move(still);
    }
    return absl::OkStatus();
  }

  bool MayAskSuperuser(const absl::Status& status) const {
    const std::string state = postgres::SqlState(status);
    return database_ != nullptr && database_->superuser() != nullptr &&
           (state == kNoRight || state == kNoFunction);
  }

  absl::Status AskSuperuser(const Step& step, const absl::Status& refusal) {
    // The path that the statement was refused under; a script may have set it.
    ASSIGN_OR_RETURN(postgres::Result path,
                     connection_.Exec("SELECT NULLIF(pg_catalog.current_setting('search_path'), "
                                      "'\"\"')"));
    absl::Status status =
        database_->superuser()->Run(Sql(step), std::string(path.Text(0, 0)), refusal);
    return status.ok() || postgres::SqlState(refusal) == kNoRight ? status : refusal;
  }

  // A block that makes a role unless it is there, and is refused that, finds it there the second
  // time.
  bool CreateNamedRoles(const Step& step) {
    static const LazyRE2 kCreateRole = {
        R"re((?i)\bCREATE\s+(?:ROLE|USER|GROUP)\s+("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*))re"};
    if (!absl::StartsWithIgnoreCase(step.sql, "do")) return false;
    re2::StringPiece rest(step.sql);
    std::string name;
    bool any = false;
    while (RE2::FindAndConsume(&rest, *kCreateRole, &name)) {
      any = database_->EnsureRole(sql::SplitQualified(name).name).ok() || any;
    }
    return any;
  }

  // The roles and tablespaces that a statement names and the server lacks. False where it can do
  // nothing about it.
  bool MakeShared(const absl::Status& status, const Step& step) {
    // Another database of the cluster may have created it: then this one's role is not a member
    // yet.
    const std::string state = postgres::SqlState(status);
    if (database_ == nullptr || (state != "42704" && state != kNoRight)) return false;
    bool any = false;
    for (const std::string& role : sql::RolesIn(step.sql)) {
      if (!made_.insert(role).second || !database_->EnsureRole(role).ok()) continue;
      any = true;
      if (options_.made_roles != nullptr) options_.made_roles->insert(role);
    }
    for (const std::string& name : sql::TablespacesIn(step.sql)) {
      if (!made_.insert(absl::StrCat("tablespace ", name)).second) continue;
      any = database_->EnsureTablespace(name).ok() || any;
    }
    return any;
  }

  static std::string SetPath(const std::string& path) {
    return absl::StrCat("SET search_path = ", path.empty() ? "''" : path);
  }

  Database* database_;
  postgres::Connection& connection_;
  const BuildOptions& options_;
  std::set<std::string> made_;       // roles
  std::optional<std::string> path_;  // the session's; none: not known
  std::deque<const Step*> deferred_;
  absl::Status missing_;
};

}  // namespace

absl::Status Build(Database& database, absl::Span<const Step> steps, const BuildOptions& options) {
  return Builder(&database, database.connection(), options).Run(steps);
}

absl::Status Build(postgres::Connection& connection, absl::Span<const Step> steps,
                   const BuildOptions& options) {
  return Builder(nullptr, connection, options).Run(steps);
}

std::string SearchPath(const std::vector<std::string>& schemas) {
  return absl::StrJoin(schemas, ", ", [](std::string* out, const std::string& schema) {
    absl::StrAppend(out, sql::Ident(schema));
  });
}

std::string BuiltObject(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kObjectPayload);
  return payload.has_value() ? std::string(*payload) : "";
}

std::string BuiltStatement(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kStatementPayload);
  return payload.has_value() ? std::string(*payload) : "";
}

}  // namespace autogen::scratch
