#include "src/rows/migration.h"

#include <utility>
#include <vector>

#include "src/rows/reversal.h"

namespace autogen::rows {
namespace {

// The operation whose statements carry out the given one.
int CarriedOutBy(const diff::Plan& plan, size_t operation) {
  const std::vector<model::ObjectId>& together = plan.operations[operation].together;
  for (size_t i = 0; i < plan.operations.size() && !together.empty(); ++i) {
    const diff::Operation& op = plan.operations[i];
    if (op.id == together.front() && !op.together.empty()) return static_cast<int>(i);
  }
  return static_cast<int>(operation);
}

}  // namespace

void DescribeRows(Migration* migration) {
  migration->reversals = FindReversals(migration->plan);
  for (render::Statement& s : migration->upgrade) s.preflight.clear();
  migration->violating = FindViolatingRows(migration->plan, migration->server_version);
  std::vector<ViolatingRows> said;
  for (const ViolatingRows& o : migration->violating) {
    // The operation's own statement; none where PostgreSQL acts without one.
    render::Statement* place = nullptr;
    bool fits = false;
    const int operation = CarriedOutBy(migration->plan, o.operation);
    for (render::Statement& s : migration->upgrade) {
      if (s.operation != operation || fits) continue;
      const bool fails = s.impact.MayFail() && (!o.nulls || s.impact.FailsOnNulls());
      if (fails || place == nullptr) place = &s;
      fits = fails;
    }
    if (place == nullptr) continue;
    place->preflight.emplace_back(o.count, o.what);
    said.push_back(o);
  }
  migration->violating = std::move(said);
}

}  // namespace autogen::rows
