// Verify: a history in parts, one thread and one scratch database for each.
#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/scratch/library_stubs.h"
#include "src/scratch/prove.h"
#include "src/scratch/replay.h"

namespace autogen::scratch {
namespace {

using revision::Node;
using revision::Nodes;

// Of the statement at which a section stopped: ScriptSteps names it "path:line".
int LineOf(const absl::Status& status) {
  const std::string object = BuiltObject(status);
  int line = 0;
  return absl::SimpleAtoi(object.substr(object.rfind(':') + 1), &line) ? line : 0;
}

// One part of the order: [begin, end) is verified on top of [0, begin).
class Part {
 public:
  Part(Server& server, const VerifyRequest& request, const Nodes& order,
       const std::vector<bool>& selected, std::mutex& mutex)
      : server_(server), request_(request), order_(order), selected_(selected), mutex_(mutex) {}

  absl::Status Run(size_t begin, size_t end) {
    absl::Status start = StartAt(begin);
    std::string broken;  // why nothing more can be tried
    if (!start.ok()) broken = absl::StrCat("not tried: ", start.message());
    for (size_t i = begin; i < end; ++i) {
      Verdict verdict;
      verdict.node = order_[i];
      if (broken.empty()) {
        ASSIGN_OR_RETURN(bool up, Try(i, &verdict));
        if (!up) broken = absl::StrCat("not tried: ", verdict.problem);
      } else {
        verdict.problem = broken;
      }
      if (!selected_[static_cast<size_t>(order_[i])]) continue;
      std::lock_guard<std::mutex> guard(mutex_);
      if (request_.progress) request_.progress(verdict);
      verdicts.push_back(std::move(verdict));
    }
    if (!broken.empty()) return absl::OkStatus();
    if (!known_) RETURN_IF_ERROR(ReadState());
    last = std::move(state_);
    return absl::OkStatus();
  }

  std::vector<Verdict> verdicts;
  model::Snapshot last;

 private:
  absl::Status StartAt(size_t position) {
    database_.reset();
    known_ = false;
    ASSIGN_OR_RETURN(database_, server_.Create());
    std::vector<std::string> outside;  // reported with the scripts that are verified
    return ReplayUpgrades(*database_, *request_.graph, absl::MakeConstSpan(order_).first(position),
                          &outside);
  }

  absl::StatusOr<model::Snapshot> Read() { return ReadBack(*database_, request_.introspect); }
  absl::Status ReadState() {
    ASSIGN_OR_RETURN(state_, Read());
    known_ = true;
    return absl::OkStatus();
  }

  absl::Status RunSection(const revision::Script& script, const revision::Section& section,
                          Verdict* verdict) {
    BuildOptions build;
    std::vector<std::string> outside;
    build.outside = &outside;
    absl::Status run = Build(*database_, ScriptSteps(script, section), build);
    if (run.ok()) RETURN_IF_ERROR(ReadAssertions(script, section, &outside, verdict));
    for (std::string& one : outside) {
      auto& all = verdict->not_verified;
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
    }
    return run;
  }

  absl::Status ReadAssertions(const revision::Script& script, const revision::Section& section,
                              std::vector<std::string>* untrue, Verdict* verdict) {
    std::vector<const revision::Assertion*> assertions;
    for (const revision::Step& step : section.steps) {
      for (const revision::Assertion& a : step.before) assertions.push_back(&a);
    }
    for (const revision::Assertion& a : section.after) assertions.push_back(&a);
    for (const revision::Assertion* a : assertions) {
      ASSIGN_OR_RETURN(postgres::Result value, database_->connection().Exec(absl::StrCat(
                                                   "SELECT pg_catalog.current_setting('",
                                                   AssertionSetting(*a), "', true)")));
      ++verdict->assertions;
      if (value.Text(0, 0) == "true") continue;
      untrue->push_back(absl::StrCat(script.header.path, ":", a->line,
                                     ": this assertion is not true without rows: ", a->message));
    }
    return absl::OkStatus();
  }

  // Equal bytes are equal schemas; only otherwise is the comparison asked.
  absl::StatusOr<std::string> Compare(const model::Snapshot& found, const model::Snapshot& wanted,
                                      absl::string_view what) {
    if (found.schema->SerializeAsString() == wanted.schema->SerializeAsString()) {
      return std::string();
    }
    ASSIGN_OR_RETURN(std::string difference, Difference(found, wanted, request_.diff));
    if (difference.empty()) return difference;
    return absl::StrCat(what, "; still missing:\n", Indent(difference, "  "));
  }

  // False where the script's upgrade does not run: nothing can depend on it. A status for what no
  // script is to blame for.
  absl::StatusOr<bool> Try(size_t position, Verdict* verdict) {
    Node node = order_[position];
    absl::StatusOr<revision::Script> script =
        revision::ReadScript(request_.graph->at(node).path, request_.graph->dialect());
    if (!script.ok()) {
      verdict->problem = std::string(script.status().message());
      verdict->unreadable = true;
      return false;
    }
    bool whole = selected_[static_cast<size_t>(node)];
    if (whole && !known_) RETURN_IF_ERROR(ReadState());
    absl::Status up = RunSection(*script, script->upgrade, verdict);
    if (!up.ok()) {
      verdict->problem = absl::StrCat("the upgrade fails: ", up.message());
      verdict->line = LineOf(up);
      return false;
    }
    if (!whole) {
      known_ = false;
      return true;
    }
    model::Snapshot before = std::move(state_);
    RETURN_IF_ERROR(ReadState());
    verdict->irreversible = script->irreversible;
    if (script->irreversible) return true;
    ASSIGN_OR_RETURN(verdict->problem, TryBack(*script, before, verdict));
    // A failed downgrade leaves an unknown state.
    if (!verdict->problem.empty() || verdict->irreversible) {
      RETURN_IF_ERROR(StartAt(position + 1));
    }
    return true;
  }

  absl::StatusOr<std::string> TryBack(const revision::Script& script, const model::Snapshot& before,
                                      Verdict* verdict) {
    absl::Status down = RunSection(script, script.downgrade, verdict);
    // raise_exception: the script says that there is no way.
    if (postgres::SqlState(down) == "P0001") {
      verdict->irreversible = true;
      return std::string();
    }
    verdict->line = LineOf(down);
    if (!down.ok()) return absl::StrCat("the downgrade fails: ", down.message());
    ASSIGN_OR_RETURN(model::Snapshot found, Read());
    ASSIGN_OR_RETURN(std::string problem,
                     Compare(found, before, "the downgrade does not lead back"));
    if (!problem.empty()) return problem;
    absl::Status again = RunSection(script, script.upgrade, verdict);
    verdict->line = LineOf(again);
    if (!again.ok()) return absl::StrCat("the second upgrade fails: ", again.message());
    ASSIGN_OR_RETURN(found, Read());
    return Compare(found, state_, "the second upgrade leads elsewhere than the first");
  }

  Server& server_;
  const VerifyRequest& request_;
  const Nodes& order_;
  const std::vector<bool>& selected_;
  std::mutex& mutex_;
  std::unique_ptr<Database> database_;
  model::Snapshot state_;
  bool known_ = false;  // state_ is that of the database
};

// Parts of the order with about as much work each: those that come late replay what is before them.
std::vector<size_t> Cuts(const Nodes& order, const std::vector<bool>& selected, int jobs) {
  constexpr double kPlain = 0.05;  // of the work for a script that is verified
  std::vector<double> work;        // of the part that ends there, if it started at 0
  double total = 0;
  for (Node node : order) {
    total += selected[static_cast<size_t>(node)] ? 1 : kPlain;
    work.push_back(total);
  }
  std::vector<size_t> cuts = {0};
  for (int job = 1; job < jobs; ++job) {
    double target = total * job / jobs + total * kPlain * job / jobs;
    size_t cut =
        static_cast<size_t>(std::lower_bound(work.begin(), work.end(), target) - work.begin());
    if (cut > cuts.back() && cut < order.size()) cuts.push_back(cut);
  }
  cuts.push_back(order.size());
  return cuts;
}

absl::StatusOr<Verification> Attempt(Server& server, const VerifyRequest& request,
                                     const Nodes& order, const std::vector<bool>& selected) {
  std::vector<size_t> cuts = Cuts(order, selected, std::max(request.jobs, 1));
  std::mutex mutex;
  std::vector<std::unique_ptr<Part>> parts;
  std::vector<absl::Status> statuses(cuts.size() - 1);
  std::vector<std::thread> threads;
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    parts.push_back(std::make_unique<Part>(server, request, order, selected, mutex));
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    threads.emplace_back([&, i] { statuses[i] = parts[i]->Run(cuts[i], cuts[i + 1]); });
  }
  for (std::thread& thread : threads) thread.join();
  Verification verification;
  for (size_t i = 0; i < parts.size(); ++i) {
    RETURN_IF_ERROR(statuses[i]);
    std::move(parts[i]->verdicts.begin(), parts[i]->verdicts.end(),
              std::back_inserter(verification.verdicts));
  }
  verification.end = std::move(parts.back()->last);
  verification.server_version = server.version();
  return verification;
}

}  // namespace

bool Verification::ok() const {
  return std::all_of(verdicts.begin(), verdicts.end(),
                     [](const Verdict& v) { return v.problem.empty(); });
}

bool Verification::unreadable() const {
  return std::any_of(verdicts.begin(), verdicts.end(),
                     [](const Verdict& v) { return v.unreadable; });
}

absl::StatusOr<Verification> Verify(Server& server, const VerifyRequest& request) {
  ASSIGN_OR_RETURN(bool expendable, server.IsExpendable());
  if (!expendable) {
    return absl::FailedPreconditionError(absl::StrCat(
        "scripts are verified in a private cluster, or on a server that may be harmed: what they "
        "change outside their database would stay on the ",
        server.place(),
        ". Leave the scratch URL out, or say --scratch-is-disposable where that is true"));
  }
  Nodes order = NeededBy(*request.graph, request.nodes);
  std::vector<bool> selected(request.graph->size(), request.nodes.empty());
  for (Node node : request.nodes) selected[static_cast<size_t>(node)] = true;
  return Attempt(server, request, order, selected);
}

}  // namespace autogen::scratch
