// Routines of libraries that a scratch database does not load: they are built as functions that
// fail, and read back as what they stand for.
#ifndef AUTOGEN_SCRATCH_LIBRARY_STUBS_H_
#define AUTOGEN_SCRATCH_LIBRARY_STUBS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/introspect/introspect.h"
#include "src/scratch/server.h"
#include "src/sql/library_routine.h"

namespace autogen::scratch {

// `statement`, which creates `routine`, in LANGUAGE internal: a function of PostgreSQL's own that
// raises an error whatever it is given (that does nothing, where nothing is returned). What it
// stands for is kept in a setting of the routine, marked with a secret of this process, so that no
// model can say the same.
std::string WithoutLibrary(absl::string_view statement, const sql::LibraryRoutine& routine);

// What Introspect() reads of a scratch database, with those routines as they were written.
absl::StatusOr<model::Snapshot> ReadBack(Database& database, const introspect::Options& options);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_LIBRARY_STUBS_H_
