#include "tests/support/state.h"

#include "src/base/status.h"

namespace autogen::testing {

absl::StatusOr<State> Look(const Session& session, bool dump) {
  introspect::Options options;
  options.owners = true;
  options.privileges = true;
  State state;
  ASSIGN_OR_RETURN(state.snapshot, introspect::Introspect(*session.connection, options));
  if (dump) {
    ASSIGN_OR_RETURN(state.dump, PgDump(session.database->Url()));
  }
  return state;
}

}  // namespace autogen::testing
