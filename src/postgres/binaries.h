// Where PostgreSQL's programs are on this machine.
#ifndef AUTOGEN_POSTGRES_BINARIES_H_
#define AUTOGEN_POSTGRES_BINARIES_H_

#include <string>

#include "absl/status/statusor.h"

namespace autogen::postgres {

// The folder with initdb, pg_ctl and postgres: `bin_dir` where it is given, else the first that has
// them of $AUTOGEN_PG_BIN, pg_config's, the newest under /usr/lib/postgresql, $PATH. With `major`
// (15) only that version counts. FailedPrecondition says what to install.
absl::StatusOr<std::string> FindServerBinaries(const std::string& bin_dir, int major = 0);

// The major version (15) of the server in `bin_dir`.
absl::StatusOr<int> MajorVersion(const std::string& bin_dir);

// A client program ("pg_dump", "psql"): beside the server's, else in $PATH. NotFound.
absl::StatusOr<std::string> FindClientBinary(const std::string& name);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_BINARIES_H_
