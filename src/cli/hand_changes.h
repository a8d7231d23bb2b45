// What was changed in a database by hand, beside its scripts, before a script is made from it.
#ifndef AUTOGEN_CLI_HAND_CHANGES_H_
#define AUTOGEN_CLI_HAND_CHANGES_H_

#include "absl/status/statusor.h"
#include "src/cli/command.h"
#include "src/cli/scratch.h"
#include "src/generate/pipeline.h"

namespace autogen::cli {

// A comparison, and what it was made with.
struct Compared {
  std::unique_ptr<generate::Pipeline> pipeline;
  generate::Pair pair;
  generate::Comparison comparison;
};

Flag DriftFlag();

// Compares the database with what its scripts make. Where they differ, `compared`, which is of the
// database and the model, becomes what --drift or the answer on a terminal says: "take": from the
// scripts' end to the model, so that what the model has of it is in the script; "revert": as it is;
// "ignore": whichever of the two touches nothing of it. FailedPrecondition, with the differences
// and these ways, where nobody chooses and --no-input or --strict forbids to go on; else a warning.
absl::Status SettleHandChanges(Project& project, const Invocation& invocation,
                               const generate::Source& database, Compared* compared);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_HAND_CHANGES_H_
