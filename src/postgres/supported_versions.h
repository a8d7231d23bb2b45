// The versions of PostgreSQL that autogen has been tested with.
#ifndef AUTOGEN_POSTGRES_SUPPORTED_VERSIONS_H_
#define AUTOGEN_POSTGRES_SUPPORTED_VERSIONS_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace autogen::postgres {

inline constexpr int kOldestVersion = 13;
inline constexpr int kNewestTestedVersion = 18;

// A newer server may have what autogen does not see: FailedPrecondition, unless `untested` says
// that this is known (--untested-version). `server_version` is 190001 and the like.
inline absl::Status CheckTested(int server_version, bool untested) {
  if (untested || server_version / 10000 <= kNewestTestedVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the server is PostgreSQL ", server_version / 10000, ", and this autogen was tested with ",
      kOldestVersion, " to ", kNewestTestedVersion,
      ": it may not see all that the newer one has; install a newer autogen, or go on with "
      "--untested-version"));
}

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_SUPPORTED_VERSIONS_H_
