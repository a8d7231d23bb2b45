#include "src/rows/migration.h"

#include <utility>

#include "src/rows/reversal.h"

namespace autogen::rows {

void DescribeRows(Migration* migration) {
  migration->reversals = FindReversals(migration->plan);
  for (render::Statement& s : migration->upgrade) s.preflight.clear();
  migration->violating = FindViolatingRows(migration->plan, migration->server_version);
  std::vector<ViolatingRows> said;
  for (const ViolatingRows& o : migration->violating) {
    // The operation's own statement; none where PostgreSQL acts without one.
    render::Statement* place = nullptr;
    bool fits = false;
    for (render::Statement& s : migration->upgrade) {
      if (s.operation != static_cast<int>(o.operation) || fits) continue;
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
