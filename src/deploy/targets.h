// The databases, and schemas of databases, of `upgrade --targets`.
#ifndef AUTOGEN_DEPLOY_TARGETS_H_
#define AUTOGEN_DEPLOY_TARGETS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/project/project.h"

namespace autogen::deploy {

struct RunTarget {
  std::string name;  // unique in the list
  std::string url;   // as libpq takes it
  // For apply::Options: of the target itself, or the configuration's for the same server.
  std::string direct_url;
  std::string schema;
  std::vector<std::string> search_path;  // where `schema` is not empty
};

// The file `path` (message Targets of config.proto) and what its query finds. InvalidArgument for
// an entry that names nothing, or what another one names as well; FailedPrecondition where there is
// none at all.
// `direct_url`: the configuration's or the flag's.
absl::StatusOr<std::vector<RunTarget>> ReadTargets(project::Project& project,
                                                   const std::string& path,
                                                   const std::string& direct_url);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_TARGETS_H_
