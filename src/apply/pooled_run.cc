// The Runner's lock, and its transactions through a pooler in transaction mode.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/clock.h"
#include "src/apply/run_lock.h"
#include "src/apply/runner.h"
#include "src/apply/secrets.h"
#include "src/base/status.h"

namespace autogen::apply {

absl::Status Runner::Lock() {
  if (pooled()) {
    if (!lease_.has_value()) lease_.emplace(table_, options_.lease_s);
    RETURN_IF_ERROR(lease_->Acquire(connection_, LocalSettingsSql(settings_), options_.lock_wait_s,
                                    *observer_));
    next_heartbeat_ = Now() + options_.lease_s / 3.0;
  } else {
    RETURN_IF_ERROR(AcquireRunLock(connection_, table_, options_.lock_wait_s, *observer_));
    locked_ = true;
  }
  return ReadState();
}

void Runner::Unlock() {
  if (!connection_.alive()) return;
  if (PQtransactionStatus(connection_.raw()) != PQTRANS_IDLE) {
    connection_.Exec("ROLLBACK").IgnoreError();
  }
  if (lease_.has_value() && lease_->held()) {
    connection_.Exec(lease_->ReleaseSql()).IgnoreError();
    lease_->Forget();
  }
  if (locked_) ReleaseRunLock(connection_, table_.LockKey()).IgnoreError();
  locked_ = false;
}

Runner::~Runner() {
  // A session of our own takes its lock and settings with it. One of a pooler's is used again.
  if (pooling_ == postgres::Pooling::kNone) return;
  Unlock();
  if (pooling_ != postgres::Pooling::kSession || !connection_.alive()) return;
  for (const auto& [name, value] : settings_) {
    connection_.Exec(absl::StrCat("RESET ", name)).IgnoreError();
  }
}

absl::Status Runner::CheckPooling(absl::Span<const ScriptRun> scripts) const {
  if (!pooled()) return absl::OkStatus();
  for (const ScriptRun& script : scripts) {
    ASSIGN_OR_RETURN(std::vector<Step> steps, SplitIntoSteps(script));
    RETURN_IF_ERROR(
        CheckPooled(script, steps, settings_, options_.single_transaction && scripts.size() > 1));
  }
  return absl::OkStatus();
}

absl::Status Runner::InOneTransaction(const std::function<absl::Status()>& read) {
  if (!pooled()) return read();
  RETURN_IF_ERROR(connection_.Exec(absl::StrCat("BEGIN; ", LocalSettingsSql(settings_))).status());
  absl::Status status = read();
  absl::Status ended = connection_.Exec("COMMIT").status();
  return status.ok() ? ended : status;
}

std::vector<std::string> Runner::TransactionStart() const {
  if (!pooled()) return {};
  return {LocalSettingsSql(settings_),
          absl::StrCat("SELECT pg_advisory_xact_lock(", table_.LockKey(), ")"), lease_->CheckSql()};
}

Runner::Items Runner::WithSession(const Items& items) const {
  Items all;
  for (std::string& own : TransactionStart()) {
    all.push_back(
        {std::move(own), items[0].script, all.empty() ? Item::Kind::kSession : Item::Kind::kLease});
  }
  all.insert(all.end(), items.begin(), items.end());
  all.push_back({lease_->RenewSql(), items.back().script, Item::Kind::kLease});
  return all;
}

std::string Runner::StatementText(const ScriptRun& script, size_t statement) const {
  const std::string text = WithSecretValues(script.statements[statement].text);
  if (pooling_ == postgres::Pooling::kNone) return text;
  if (!pooled()) return SessionForm(text, settings_);
  return LocalForm(text, settings_).value_or(text);  // CheckPooling() has refused what has none
}

absl::Status Runner::LeaseError(const absl::Status& status) const {
  const std::string state = postgres::SqlState(status);
  if (!pooled()) return status;
  if (state == "22012") return lease_->LostError();
  if (state != "42P01" && state != "3F000") return status;
  return absl::AbortedError(absl::StrCat(
      "the table ", table_.LeaseName(),
      " no longer exists: it was dropped, or the pooler connects to another server than at the "
      "start of the run (",
      status.message(), "). The last transaction was rolled back"));
}

absl::Status Runner::ExecInOne(const std::vector<std::string>& statements) {
  std::vector<std::string> all = {"BEGIN"};
  for (std::string& own : TransactionStart()) all.push_back(std::move(own));
  all.insert(all.end(), statements.begin(), statements.end());
  if (pooled()) all.push_back(lease_->RenewSql());
  all.push_back("COMMIT");
  absl::Status status = connection_.Exec(absl::StrJoin(all, "; ")).status();
  if (!status.ok() && connection_.alive()) connection_.Exec("ROLLBACK").IgnoreError();
  return postgres::SqlState(status) == "22012" ? LeaseError(status) : status;
}

void Runner::RenewLease() {
  if (!lease_.has_value() || !lease_->held()) return;
  const double now = Now();
  const bool idle = connection_.alive() && PQtransactionStatus(connection_.raw()) == PQTRANS_IDLE;
  if (!idle && now < next_heartbeat_) return;
  next_heartbeat_ = now + options_.lease_s / 3.0;
  if (idle) {
    connection_
        .Exec(absl::StrCat("SELECT set_config('lock_timeout', '2000', true); ", lease_->RenewSql()))
        .IgnoreError();
  } else {
    monitor_.Run(lease_->RenewSql());
  }
}

}  // namespace autogen::apply
