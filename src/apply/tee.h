// Several observers as one.
#ifndef AUTOGEN_APPLY_TEE_H_
#define AUTOGEN_APPLY_TEE_H_

#include <utility>
#include <vector>

#include "src/apply/observer.h"

namespace autogen::apply {

// Calls each in turn. They must outlive it.
class Tee : public Observer {
 public:
  explicit Tee(std::vector<Observer*> observers) : observers_(std::move(observers)) {}

  void WaitingForRunner(absl::string_view holder, double waited_s) override {
    for (Observer* o : observers_) o->WaitingForRunner(holder, waited_s);
  }
  void ScriptStarted(const ScriptRun& script, size_t index, size_t count) override {
    for (Observer* o : observers_) o->ScriptStarted(script, index, count);
  }
  void StatementStarted(const ScriptRun& script, size_t statement) override {
    for (Observer* o : observers_) o->StatementStarted(script, statement);
  }
  void Tick(const ScriptRun& script, size_t statement, double elapsed_s,
            const Progress& progress) override {
    for (Observer* o : observers_) o->Tick(script, statement, elapsed_s, progress);
  }
  void Blocked(const ScriptRun& script, size_t statement,
               absl::Span<const Blocker> blockers) override {
    for (Observer* o : observers_) o->Blocked(script, statement, blockers);
  }
  void Retrying(const Retry& retry) override {
    for (Observer* o : observers_) o->Retrying(retry);
  }
  void StatementDone(const ScriptRun& script, size_t statement,
                     const StatementResult& result) override {
    for (Observer* o : observers_) o->StatementDone(script, statement, result);
  }
  void Profiled(const ScriptRun& script, size_t statement,
                const StatementProfile& profile) override {
    for (Observer* o : observers_) o->Profiled(script, statement, profile);
  }
  void ScriptDone(const ScriptRun& script, double seconds) override {
    for (Observer* o : observers_) o->ScriptDone(script, seconds);
  }
  void Note(absl::string_view text) override {
    for (Observer* o : observers_) o->Note(text);
  }
  void RunEnded(const RunSummary& summary) override {
    for (Observer* o : observers_) o->RunEnded(summary);
  }

 private:
  std::vector<Observer*> observers_;
};

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_TEE_H_
