// Which scripts run, and what the version table holds afterwards.
#ifndef AUTOGEN_REVISION_PLAN_H_
#define AUTOGEN_REVISION_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/revision/graph.h"

namespace autogen::revision {

// The rows of a version table as nodes, in their order, without repeats. NotFound for a row that no
// script has: names the nearest script and how to recover.
absl::StatusOr<Nodes> LocateRows(const Graph& graph, absl::Span<const std::string> rows);

// For all below: a row that another one includes says nothing. (Scripts were put in another order
// after they ran.)

// Scripts to run, in the order to run them, and what the user should know before.
struct Steps {
  Nodes nodes;
  std::vector<std::string> warnings;
};

// The scripts from `rows` up to `targets`: all that they need, dependencies included, and
// `rows` does not have. A relative target counts from `rows`: "+2"; "label@+1" on one branch. Empty
// where nothing is to do. InvalidArgument, NotFound: as argument.h, and "Ambiguous upgrade from
// multiple current revisions", "Relative revision +3 didn't produce 3 migrations", "Requested
// revision … overlaps with …".
absl::StatusOr<Steps> PlanUpgrade(const Graph& graph, absl::Span<const Node> rows,
                                  absl::Span<const std::string> targets);

// The applied scripts above `target` and everything applied that depends on them, newest first.
// "label@base" and "label@-1" narrow to one branch. "-1" from several rows counts from the first,
// with a warning. InvalidArgument also for "Destination … is not a valid downgrade target from
// current head(s)".
absl::StatusOr<Steps> PlanDowngrade(const Graph& graph, absl::Span<const Node> rows,
                                    absl::string_view target);

// The rows after stamping `targets` (absolute arguments): the maximal elements of the targets and
// of the rows beside them. A target that is a row changes nothing; before any other the rows above
// and below it are replaced, whether they are targets or not. Sorted by id.
absl::StatusOr<Nodes> PlanStamp(const Graph& graph, absl::Span<const Node> rows,
                                absl::Span<const std::string> targets);

// What `history` shows, newest first: "", "a:b", "a:", ":b", "-3:", ":current". Both ends are
// included.
absl::StatusOr<Nodes> PlanHistory(const Graph& graph, absl::Span<const Node> rows,
                                  absl::string_view range);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_PLAN_H_
