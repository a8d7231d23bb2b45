// Snapshots on disk: a model that was made canonical once is not built again.
#ifndef AUTOGEN_SCRATCH_CACHE_H_
#define AUTOGEN_SCRATCH_CACHE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "src/introspect/introspect.h"

namespace autogen::scratch {

// Files in one folder, named by a hash of their key, which they hold in full: a collision is a
// miss, never another's snapshot. The cache is a convenience: what cannot be read is a miss, what
// cannot be written is not kept.
class Cache {
 public:
  // "" keeps nothing.
  explicit Cache(std::string folder) : folder_(std::move(folder)) {}

  std::optional<model::Snapshot> Find(absl::string_view key) const;
  // Drops the oldest files over a few dozen.
  void Store(absl::string_view key, const model::Snapshot& snapshot) const;

 private:
  std::string PathOf(absl::string_view key) const;
  const std::string folder_;
};

// Which program made a snapshot: another build may read databases in another way.
std::string ProgramVersion();

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_CACHE_H_
