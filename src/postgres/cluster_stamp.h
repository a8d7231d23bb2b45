// Which clusters are the user's own. A repository can bring a whole data folder, and to start a
// server on it is to run what it holds: settings that load libraries, functions, event triggers.
#ifndef AUTOGEN_POSTGRES_CLUSTER_STAMP_H_
#define AUTOGEN_POSTGRES_CLUSTER_STAMP_H_

#include <string>

#include "absl/status/status.h"
#include "src/base/process.h"

namespace autogen::postgres {

// Writes a random token into `fresh`, which is about to become the data folder `data`, and into the
// user's cache folder: clusters/<hash of `data`>, mode 0600. `account` owns the data; null: us.
absl::Status StampCluster(const std::string& fresh, const std::string& data,
                          const Account* account);

// FailedPrecondition, with what to do, where `data` does not hold the token that the cache folder
// has for it, or holds a file that its server cannot have written. Reads only.
absl::Status CheckStamp(const std::string& data, const Account* account);

// Makes `data` the user's own, who asked for it: takes everybody else's rights to its files away
// and stamps it. FailedPrecondition where it is no data folder of `account`.
absl::Status TakeOverCluster(const std::string& data, const Account* account);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_CLUSTER_STAMP_H_
