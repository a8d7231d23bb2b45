// Results on disk that cost more to make than to read.
#ifndef AUTOGEN_BASE_KEYED_FILES_H_
#define AUTOGEN_BASE_KEYED_FILES_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace autogen {

// Files in one folder, named by a hash of their key, which they hold in full: a collision is a
// miss, never another's content. A convenience: what cannot be read, or was written by somebody
// else (see trusted_file.h), is a miss; what cannot be written is not kept.
class KeyedFiles {
 public:
  // "" keeps nothing. Of more than `most` files the oldest go.
  KeyedFiles(std::string folder, std::string suffix, size_t most)
      : folder_(std::move(folder)), suffix_(std::move(suffix)), most_(most) {}

  std::optional<std::string> Find(absl::string_view key) const;
  void Store(absl::string_view key, absl::string_view content) const;

 private:
  std::string PathOf(absl::string_view key) const;
  void Prune() const;

  const std::string folder_, suffix_;
  const size_t most_;
};

// Which program made a result, for the key: another build may make it in another way.
std::string ProgramVersion();

}  // namespace autogen

#endif  // AUTOGEN_BASE_KEYED_FILES_H_
