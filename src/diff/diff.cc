#include "src/diff/diff.h"

#include <algorithm>

#include "src/diff/draft.h"
#include "src/diff/graph.h"

namespace autogen::diff {

absl::StatusOr<Plan> Diff(std::shared_ptr<const model::Catalog> before,
                          std::shared_ptr<const model::Catalog> after, const Options& options) {
  Plan plan;
  plan.before = before;
  plan.after = after;
  plan.current_user = options.current_user;
  Draft draft(before, after, options);
  Match(draft);
  if (draft.IsEmpty()) return plan;
  SpreadRebuilds(draft);
  Graph graph(draft, plan);
  graph.Build();
  absl::StatusOr<std::vector<Operation>> operations = graph.Sort();
  if (!operations.ok()) return operations.status();
  plan.operations = *std::move(operations);
  return plan;
}

absl::StatusOr<Plan> Invert(const Plan& plan, const Options& options) {
  return Diff(plan.after, plan.before, options);
}

}  // namespace autogen::diff
