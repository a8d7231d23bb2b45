// The Runner's transactions: what they are made of, watching, trying again.
#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/clock.h"
#include "src/apply/interrupt.h"
#include "src/apply/needed_rights.h"
#include "src/apply/run_lock.h"
#include "src/apply/runner.h"
#include "src/apply/secrets.h"
#include "src/base/status.h"
#include "src/sql/mask.h"

namespace autogen::apply {
namespace {

// A statement that runs for longer is looked at from the second connection, this often.
constexpr double kLookAfter = 0.5;
constexpr double kLookEvery = 0.5;

bool IsRetryable(const absl::Status& status) {
  const std::string state = postgres::SqlState(status);
  return state == "55P03" || state == "40P01" || state == "40001";
}

bool IsDivisionByZero(const absl::Status& status) { return postgres::SqlState(status) == "22012"; }

}  // namespace

void Runner::AddAssertions(const ScriptRun& script, size_t before, Items& items) const {
  for (size_t i = 0; i < script.assertions.size(); ++i) {
    const Assertion& assertion = script.assertions[i];
    if (assertion.before != before) continue;
    // No answer is read before the rest is sent: a false one must fail on its own.
    items.push_back(
        {absl::StrCat("SELECT 1 / (CASE WHEN (", assertion.query, "\n) THEN 1 ELSE 0 END)"),
         &script, Item::Kind::kAssertion, i});
  }
}

void Runner::AddStep(const ScriptRun& script, const std::vector<Step>& steps, size_t step,
                     Items& items) const {
  const bool last = step + 1 == steps.size();
  const Step& of = steps[step];
  if (GuardsLock()) items.push_back({HoldRunLock(table_.LockKey()), &script});
  if (options_.profile) items.push_back({Profiler::SnapshotSql(), &script, Item::Kind::kSnapshot});
  if (pooled()) {
    for (std::string& set : LocalSettingsBefore(script, of.begin, settings_)) {
      items.push_back({std::move(set), &script});
    }
  }
  bool own_timeout = false;  // the script has one of its own
  for (size_t i = of.begin; i < of.end; ++i) {
    const impact::Impact& statement = of.impacts[i - of.begin];
    AddAssertions(script, i, items);
    own_timeout = own_timeout || statement.session.setting == "statement_timeout";
    const bool unlimited =
        options_.statement_timeout_ms > 0 && statement.long_by_nature && !own_timeout;
    if (unlimited) items.push_back({"SET LOCAL statement_timeout = 0", &script});
    items.push_back({StatementText(script, i), &script, Item::Kind::kStatement, i});
    if (pooling_ == postgres::Pooling::kSession && ResetsAll(script.statements[i].text)) {
      items.push_back({SessionSettingsSql(settings_), &script});
    }
    if (options_.profile) {
      items.push_back({Profiler::LocksSql(table_), &script, Item::Kind::kLocks, i});
    }
    if (unlimited) {
      items.push_back(
          {absl::StrCat("SET LOCAL statement_timeout = ", options_.statement_timeout_ms), &script});
    }
  }
  if (last) AddAssertions(script, script.statements.size(), items);
  std::string record;
  if (!last) {
    record = table_.InsertDone(script, of, step + 1, steps.size());
  } else if (prepared_ && !use_.leaves && VersionTable::CanExecuteFinish(script, steps.size())) {
    record = table_.ExecuteFinish(script);
  } else {
    record = table_.FinishScript(script, of, step + 1, steps.size());
  }
  if (use_.changes) {
    items.push_back({OwnSettingsLocally(settings_, use_.authorization), &script});
  }
  items.push_back({std::move(record), &script, Item::Kind::kVersion});
  if (GuardsLock()) items.push_back({RetakeRunLock(table_.LockKey()), &script});
  // Ours again for the session: what follows may take longer than the script allows itself.
  if (use_.changes && !pooled()) items.push_back({OwnTimeouts(settings_), &script});
}

bool Runner::Watch(const ScriptRun* script, size_t statement) {
  if (InterruptSignal() != 0) return false;
  const double now = Now();
  RenewLease();
  if (script == nullptr || now < next_look_) return true;
  next_look_ = now + kLookEvery;
  std::vector<Blocker> blockers = monitor_.BlockersOf(server_pid_);
  auto pids = [](const std::vector<Blocker>& list) {
    std::vector<int64_t> out;
    for (const Blocker& blocker : list) out.push_back(blocker.pid);
    return out;
  };
  if (!blockers.empty()) {
    const bool news = pids(blockers) != pids(blockers_);
    blockers_ = std::move(blockers);
    if (news) observer_->Blocked(*script, statement, blockers_);
  } else {
    progress_ = monitor_.ProgressOf(server_pid_);
  }
  observer_->Tick(*script, statement, now - statement_start_, progress_);
  return true;
}

void Runner::StartClock() {
  statement_start_ = Now();
  // Under a short lock_timeout there is little time to see who blocks.
  const double look_after = options_.lock_timeout_ms > 0
                                ? std::min(kLookAfter, options_.lock_timeout_ms / 2000.0)
                                : kLookAfter;
  next_look_ = statement_start_ + look_after;
  progress_ = Progress();
}

postgres::BatchHooks Runner::Hooks(const ScriptRun* script, size_t statement) {
  StartClock();
  postgres::BatchHooks hooks;
  hooks.tick = [this, script, statement] { return Watch(script, statement); };
  return hooks;
}

absl::Status Runner::ItemError(const Item& item, const postgres::BatchError& error) const {
  if (item.script == nullptr) return error.status;
  const ScriptRun& script = *item.script;
  switch (item.kind) {
    case Item::Kind::kStatement: {
      const sql::Statement& statement = script.statements[item.index];
      const int line = statement.line + std::max(error.line - 1, 0);
      absl::Status status = Annotate(error.status, absl::StrCat(script.path, ":", line));
      const std::string sent = WithSecretValues(statement.text);
      absl::Status out(status.code(),
                       absl::StrCat(WithoutSecretValues(sql::MaskedMessage(status.message(), sent)),
                                    "\n  ", Excerpt(statement.text, 300)));
      status.ForEachPayload(
          [&](absl::string_view url, const absl::Cord& payload) { out.SetPayload(url, payload); });
      return out;
    }
    case Item::Kind::kAssertion: {
      const Assertion& assertion = script.assertions[item.index];
      const std::string place = absl::StrCat(script.path, ":", assertion.line);
      if (!IsDivisionByZero(error.status)) return Annotate(error.status, place);
      return absl::FailedPreconditionError(absl::StrCat(
          place, ": assertion failed: ", assertion.message, "\n  ", Excerpt(assertion.query, 300)));
    }
    case Item::Kind::kVersion:
      if (!IsDivisionByZero(error.status)) {
        return Annotate(error.status, absl::StrCat(script.path, ": recording the revision"));
      }
      return absl::FailedPreconditionError(
          absl::StrCat(script.path, ": the version table ", table_.Name(),
                       " changed during the run: another session wrote to it"));
    case Item::Kind::kLease:
      return Annotate(LeaseError(error.status), script.path);
    case Item::Kind::kOwn:
    case Item::Kind::kSnapshot:
    case Item::Kind::kLocks:
    case Item::Kind::kSession:
      return Annotate(error.status, absl::StrCat(script.path, ": ", item.sql));
  }
  return error.status;
}

absl::Status Runner::TryTransaction(const Items& items) {
  std::vector<std::string> statements = Prelude();
  const size_t prelude = statements.size();
  statements.push_back(Begin());
  for (const Item& item : items) statements.push_back(item.sql);
  statements.push_back("COMMIT");
  const size_t first = prelude + 1;  // of the items
  auto item_at = [&](size_t i) -> const Item& {
    // BEGIN is nobody's; a failing COMMIT (a deferred constraint) is the last script's.
    return items[std::min(i < first ? 0 : i - first, items.size() - 1)];
  };
  auto is_item = [&](size_t i) { return i >= first && i < first + items.size(); };
  auto is_statement = [&](size_t i) {
    return is_item(i) && item_at(i).kind == Item::Kind::kStatement;
  };
  blockers_.clear();
  profiler_.Clear();
  const ScriptRun* script = nullptr;
  size_t statement = 0;
  postgres::BatchHooks hooks;
  hooks.tick = [&] { return Watch(script, statement); };
  hooks.prompt = [&](size_t i) { return is_statement(i) || is_statement(i + 1); };
  hooks.started = [&](size_t i) {
    script = item_at(i).script;
    if (is_statement(i)) {
      statement = item_at(i).index;
      StartClock();
      observer_->StatementStarted(*script, statement);
    }
  };
  hooks.done = [&](size_t i, const postgres::Result& result) {
    if (is_item(i)) ItemDone(item_at(i), result);
  };
  postgres::BatchError error = postgres::RunBatch(connection_, statements, hooks);
  if (error.status.ok()) {
    stale_ = false;
    profiler_.End(Now(), *observer_);
    return absl::OkStatus();
  }
  if (connection_.alive()) connection_.Exec("ROLLBACK").IgnoreError();
  if (error.index >= prelude) stale_ = use_.leaves;
  // Not everything ends with the transaction: nothing may be held for the session in a pause.
  if (connection_.alive()) RenewSession().IgnoreError();
  if (error.index < prelude) {
    return PreludeError(error.status,
                        absl::StrCat(items[0].script->path, ": resetting the session"));
  }
  if (error.index >= first + items.size()) {
    return Annotate(error.status, absl::StrCat(item_at(error.index).script->path, ": COMMIT"));
  }
  return Explained(item_at(error.index), ItemError(item_at(error.index), error));
}

absl::Status Runner::Explained(const Item& item, absl::Status status) {
  if (item.kind != Item::Kind::kStatement || postgres::SqlState(status) != "42501" ||
      !connection_.alive() || pooled()) {
    return status;
  }
  std::string message(status.message());
  for (const std::string& line : RightsToAskFor(connection_, *item.script, item.index)) {
    absl::StrAppend(&message, "\n", line);
  }
  absl::Status explained(status.code(), message);
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    explained.SetPayload(url, payload);
  });
  return explained;
}

void Runner::ItemDone(const Item& item, const postgres::Result& result) {
  switch (item.kind) {
    case Item::Kind::kStatement: {
      const StatementResult of_statement = {Now() - statement_start_, result.affected()};
      observer_->StatementDone(*item.script, item.index, of_statement);
      if (options_.profile) {
        profiler_.Statement(*item.script, item.index, statement_start_, of_statement);
      }
      break;
    }
    case Item::Kind::kSnapshot:
      profiler_.Snapshot(result);
      break;
    case Item::Kind::kLocks:
      profiler_.Locks(result);
      break;
    case Item::Kind::kSession:
      server_pid_ = result.Int(0, 0);
      break;
    case Item::Kind::kOwn:
    case Item::Kind::kAssertion:
    case Item::Kind::kVersion:
    case Item::Kind::kLease:
      break;
  }
}

bool Runner::PauseBeforeRetry(const ScriptRun& script, const absl::Status& status, int attempt,
                              absl::Status* give_up) {
  *give_up = status;
  if (InterruptSignal() != 0) {
    *give_up = absl::CancelledError(absl::StrCat("interrupted; ", status.message()));
    return false;
  }
  if (!IsRetryable(status) || !connection_.alive()) return false;
  auto explain = [&](absl::string_view why) {
    std::string message = absl::StrCat(status.message(), "\n", why);
    for (const Blocker& blocker : blockers_) {
      absl::StrAppend(&message, "\n  blocked by ", Describe(blocker));
    }
    *give_up = absl::AbortedError(message);
    return false;
  };
  if (attempt > options_.retries) {
    return explain(absl::StrCat("gave up after ", attempt, " attempts (lock_timeout ",
                                options_.lock_timeout_ms, " ms)"));
  }
  for (const Blocker& blocker : blockers_) {
    if (options_.max_transaction_age_s > 0 && blocker.age_s > options_.max_transaction_age_s) {
      return explain(absl::StrCat(
          "not retried behind a transaction that has been open for more than ",
          options_.max_transaction_age_s, " s: wait for it, end it (SELECT pg_terminate_backend(",
          blocker.pid, ")), or --max-transaction-age 0"));
    }
  }
  const double top = std::min<double>(
      options_.retry_max_ms, options_.retry_min_ms * double(1 << std::min(attempt - 1, 16)));
  thread_local absl::BitGen random;
  const int pause = static_cast<int>(top / 2 + absl::Uniform(random, 0.0, top / 2 + 1));
  observer_->Retrying({&script, status, attempt, options_.retries + 1, pause, blockers_});
  SleepInterruptibly(pause);
  if (InterruptSignal() == 0) return true;
  *give_up = absl::CancelledError(absl::StrCat("interrupted; ", status.message()));
  return false;
}

absl::Status Runner::RunTransaction(const Items& items) {
  Items with_session;
  if (pooled()) with_session = WithSession(items);
  const Items& all = pooled() ? with_session : items;
  for (int attempt = 1;; ++attempt) {
    absl::Status status = TryTransaction(all);
    if (!status.ok()) RenewLease();
    absl::Status give_up;
    if (status.ok() || !PauseBeforeRetry(*items[0].script, status, attempt, &give_up)) {
      return status.ok() ? status : give_up;
    }
  }
}

}  // namespace autogen::apply
