// For tests: one recorded case of the revision graph, and its result here.
#ifndef AUTOGEN_REVISION_TEST_CASE_H_
#define AUTOGEN_REVISION_TEST_CASE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/revision/graph.h"

namespace autogen::revision {

using nlohmann::json;
using Strings = std::vector<std::string>;

// null, "text" or a list.
Strings Texts(const json& value);
Strings Ids(const Graph& graph, const Nodes& nodes);
Strings Sorted(Strings list);

struct Outcome {
  absl::Status status;
  Strings steps;
  bool newest_first = false;
  Strings heads;
  bool has_heads = false;
  json info;
};

absl::StatusOr<Graph> BuildGraph(const json& test);
// What the case asks for, done on the graph.
absl::Status RunOperation(const Graph& graph, const json& test, Outcome& outcome);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_TEST_CASE_H_
