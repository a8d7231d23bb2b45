// For tests: a history of script files, and runs of it as the commands do them.
#ifndef AUTOGEN_APPLY_TEST_HISTORY_H_
#define AUTOGEN_APPLY_TEST_HISTORY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "src/apply/observer.h"
#include "src/apply/options.h"
#include "src/apply/unit.h"
#include "src/revision/graph.h"

namespace autogen::apply {

struct TestScript {
  std::string id;
  std::string upgrade;
  std::string downgrade;
};

// Script files in a folder that goes with the object; each revises the one before.
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

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_TEST_HISTORY_H_
