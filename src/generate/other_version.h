// What two major versions read as two things cannot be compared with the programs of one.
#ifndef AUTOGEN_GENERATE_OTHER_VERSION_H_
#define AUTOGEN_GENERATE_OTHER_VERSION_H_

#include "absl/status/status.h"
#include "src/diff/plan.h"

namespace autogen::generate {

// `plan` is between the copy of a database of major version `target` and a model, both built by
// version `built`. FailedPrecondition where a difference in it may only be that between the two
// versions: it names the object, and what to install.
absl::Status CheckOtherVersion(const diff::Plan& plan, int target, int built);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_OTHER_VERSION_H_
