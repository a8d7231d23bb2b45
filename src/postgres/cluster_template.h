// The data folder of a new cluster, made once and copied for each private cluster.
#ifndef AUTOGEN_POSTGRES_CLUSTER_TEMPLATE_H_
#define AUTOGEN_POSTGRES_CLUSTER_TEMPLATE_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::postgres {

// What initdb made with one set of binaries, as one file of the cache folder that only we can read:
// the superuser's name and password stand in it.
class ClusterTemplate {
 public:
  // From the cache, else made now; one process makes it, others wait. Where the cache cannot be
  // written the template is made for this process alone.
  static absl::StatusOr<ClusterTemplate> Get(const std::string& bin_dir,
                                             const std::string& cache_folder);

  const std::string& superuser() const { return superuser_; }
  const std::string& password() const { return password_; }
  int major() const { return major_; }
  // Makes the folder `path` with the cluster's files, mode 0700 and 0600, owned by `uid` and `gid`.
  absl::Status Copy(const std::string& path, uid_t uid, gid_t gid) const;

 private:
  ClusterTemplate() = default;
  static absl::StatusOr<ClusterTemplate> Open(const std::string& path);
  static absl::StatusOr<ClusterTemplate> Parse(absl::string_view content);

  std::string superuser_;
  std::string password_;
  int major_ = 0;
  absl::string_view files_;
  std::shared_ptr<const void> holder_;  // of what files_ views
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_CLUSTER_TEMPLATE_H_
