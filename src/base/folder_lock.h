// Keeps two processes from writing to one folder at once.
#ifndef AUTOGEN_BASE_FOLDER_LOCK_H_
#define AUTOGEN_BASE_FOLDER_LOCK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace autogen {

// Locks the folder itself: a lock file would lie in the repository. It is released with the object,
// or with the process. One process must not take it twice.
class FolderLock {
 public:
  // Waits for the others. On a file system without locks there is none.
  static absl::StatusOr<std::unique_ptr<FolderLock>> Take(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace autogen

#endif  // AUTOGEN_BASE_FOLDER_LOCK_H_
