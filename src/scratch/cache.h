// Snapshots on disk: a model that was made canonical once is not built again.
#ifndef AUTOGEN_SCRATCH_CACHE_H_
#define AUTOGEN_SCRATCH_CACHE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "src/base/keyed_files.h"
#include "src/introspect/introspect.h"

namespace autogen::scratch {

class Cache {
 public:
  // "" keeps nothing.
  explicit Cache(std::string folder) : files_(std::move(folder), ".snapshot", 64) {}

  std::optional<model::Snapshot> Find(absl::string_view key) const;
  void Store(absl::string_view key, const model::Snapshot& snapshot) const;

 private:
  const KeyedFiles files_;
};

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_CACHE_H_
