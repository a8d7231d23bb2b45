// What a review of a script should check before it runs on a database in use.
#ifndef AUTOGEN_LINT_HAZARD_H_
#define AUTOGEN_LINT_HAZARD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/impact/impact.h"
#include "src/sql/statement.h"

namespace autogen::lint {

enum class HazardKind {
  kDataLoss,
  kTableRewrite,
  kTableScan,
  kIndexBuild,
  kRename,
  kDrop,
  kUnguard,
  kLock,
  kMayFail,
  kOpaque,
};

// Every kind. Each has a rule of its name (rule.h).
absl::Span<const HazardKind> HazardKinds();
// What a kind is called in the configuration and in approvals.
absl::string_view HazardName(HazardKind kind);
// InvalidArgument for a name that none has: it lists them.
absl::StatusOr<HazardKind> ParseHazard(absl::string_view name);

struct Hazard {
  HazardKind kind;
  size_t statement = 0;
  int line = 0;      // in the file
  std::string what;  // "drops column public.tasks.title"
  // Told from the text alone: a look at the database may show that it is none.
  bool unsure = false;
};

// In the order of the statements; `impacts` are theirs (see impact::FindImpacts). What happens to a
// table that they themselves certainly create is none: nobody uses it yet.
std::vector<Hazard> FindHazards(absl::Span<const sql::Statement> statements,
                                absl::Span<const impact::Impact> impacts);

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_HAZARD_H_
