// For tests: a history of script files, single scripts, and runs of them as the commands do them.
#ifndef AUTOGEN_APPLY_TEST_HISTORY_H_
#define AUTOGEN_APPLY_TEST_HISTORY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "src/apply/observer.h"
#include "src/apply/options.h"
#include "src/apply/runner.h"
#include "src/apply/script_run.h"
#include "src/revision/graph.h"
#include "tests/support/server.h"

namespace autogen::apply {

struct TestScript {
  std::string id;
  std::string upgrade;
  std::string downgrade;
};

// Script files in a temporary folder; each revises the one before.
class TestHistory {
 public:
  explicit TestHistory(const std::vector<TestScript>& scripts);
  ~TestHistory();
  TestHistory(const TestHistory&) = delete;
  TestHistory& operator=(const TestHistory&) = delete;
  const revision::Graph& graph() const { return graph_; }

 private:
  std::string folder_;
  revision::Graph graph_;
};

// Open, lock, plan, run: what `autogen upgrade TARGET` and `autogen downgrade TARGET` do.
absl::Status RunTo(const std::string& url, const revision::Graph& graph, Direction direction,
                   const std::string& target, Observer& observer, const Options& options = {});

// One script, as it stands in the version table after `remove`, in the place of which comes `add`.
ScriptRun MakeScript(const std::string& revision, const std::string& sql,
                     std::vector<std::string> remove, std::vector<std::string> add,
                     Direction direction = Direction::kUpgrade);
// An upgrade to `revision`.
ScriptRun MakeScript(const std::string& revision, const std::string& sql,
                     std::vector<std::string> remove);

class Notes : public Observer {
 public:
  void Note(absl::string_view text) override;
  std::string log;  // a line each
};

// Scripts that run on a database of their own, each time by another runner.
struct TestBench {
  virtual ~TestBench() = default;
  absl::Status Run(const std::vector<ScriptRun>& scripts);
  std::string Query(const std::string& sql) { return testing::QueryText(database.Url(), sql); }
  // As a killed run leaves it: `script`'s first `done` steps recorded, and run by hand.
  void Interrupt(const ScriptRun& script, size_t done, bool started = false);

  virtual Observer& observer() { return notes; }
  // Before the runner of Run() is destroyed.
  virtual void Ran(Runner& runner) {}

  testing::TestDatabase database;
  Options options;
  Notes notes;
};

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_TEST_HISTORY_H_
