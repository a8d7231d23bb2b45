// A schema as two judges see it.
#ifndef AUTOGEN_TESTS_SUPPORT_STATE_H_
#define AUTOGEN_TESTS_SUPPORT_STATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "src/introspect/introspect.h"
#include "tests/support/server.h"

namespace autogen::testing {

struct State {
  model::Snapshot snapshot;  // with owners and privileges
  std::string dump;          // PgDump; "" where it was not asked
};

// pg_dump takes most of the time, and refuses a server that is newer than itself.
absl::StatusOr<State> Look(const Session& session, bool dump);

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_SUPPORT_STATE_H_
