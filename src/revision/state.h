// What is applied, and the version table's rows that say so.
#ifndef AUTOGEN_REVISION_STATE_H_
#define AUTOGEN_REVISION_STATE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "src/revision/graph.h"

namespace autogen::revision {

// Follows a run script by script. The rows are always the maximal elements of the applied set under
// `revises` and `depends on`.
class State {
 public:
  // Applied: `rows` and all that they need. `graph` must outlive the State.
  State(const Graph* graph, absl::Span<const Node> rows);

  bool applied(Node node) const { return applied_[static_cast<size_t>(node)]; }
  // Ids, sorted.
  std::vector<std::string> rows() const;
  Nodes row_nodes() const;

  // Rows to delete and to insert, sorted.
  struct Change {
    std::vector<std::string> remove;
    std::vector<std::string> add;
  };
  // After `node`'s upgrade has run: all that it needs is applied. After its downgrade: nothing
  // applied needs it.
  Change Apply(Node node);
  Change Revert(Node node);

 private:
  const Graph* graph_;
  NodeSet applied_;
  std::vector<int> applied_children_;  // for each node
};

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_STATE_H_
