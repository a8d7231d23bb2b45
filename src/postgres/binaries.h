// Where PostgreSQL's programs are on this machine.
#ifndef AUTOGEN_POSTGRES_BINARIES_H_
#define AUTOGEN_POSTGRES_BINARIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace autogen::postgres {

// The server programs of one version.
struct Installation {
  int major = 0;        // 15
  std::string bin_dir;  // the folder with initdb, pg_ctl and postgres
};

// All that are found in $AUTOGEN_PG_BIN (folders separated by ":"), pg_config's folder,
// /usr/lib/postgresql and $PATH, the newest first; those of one version in that order. A folder
// that is relative, or that other users can write to, does not count.
std::vector<Installation> ServerInstallations();

// The folder with initdb, pg_ctl and postgres: `bin_dir` where it is given, else the first that has
// them of the places of ServerInstallations. With `major` (15) only that version counts.
// FailedPrecondition says what to install.
absl::StatusOr<std::string> FindServerBinaries(const std::string& bin_dir, int major = 0);

// The major version (15) of the server in `bin_dir`.
absl::StatusOr<int> MajorVersion(const std::string& bin_dir);

// A client program ("pg_dump", "psql"): beside the server's, else in $PATH. NotFound.
absl::StatusOr<std::string> FindClientBinary(const std::string& name);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_BINARIES_H_
