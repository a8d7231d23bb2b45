// What a script does before all else: the renames that a model declares, and extensions that go to
// another schema. PostgreSQL itself rewrites whatever mentions what they touch, so the comparison
// is made with the schema after them, as a scratch database shows it.
#ifndef AUTOGEN_GENERATE_FIRST_STEPS_H_
#define AUTOGEN_GENERATE_FIRST_STEPS_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "src/diff/diff.h"
#include "src/diff/extension_move.h"
#include "src/generate/compare.h"
#include "src/scratch/server.h"

namespace autogen::generate {

struct FirstSteps {
  std::vector<diff::Rename> renames;
  std::vector<diff::ExtensionMove> moves;
  bool empty() const { return renames.empty() && moves.empty(); }
};

// `wanted`: the side `after` as it was written, where it is a model; may be null.
absl::StatusOr<FirstSteps> FindFirstSteps(const model::Snapshot& before,
                                          const model::Snapshot& after, const Schema* wanted);

// Compare() of what `before` is after `steps`, with the steps at the front of the upgrade and,
// taken back, at the end of the downgrade. An extension that does not support SET SCHEMA is left to
// the comparison, which drops and creates it; FailedPrecondition names what depends on it.
// `introspect` is for the scratch database.
absl::StatusOr<Comparison> CompareAfter(FirstSteps steps, const model::Snapshot& before,
                                        model::Snapshot after, const Settings& settings,
                                        const introspect::Options& introspect,
                                        scratch::Server& scratch);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_FIRST_STEPS_H_
