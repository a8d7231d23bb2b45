#include "src/scratch/disk_meter.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <system_error>

#include "src/postgres/activity.h"

namespace autogen::scratch {
namespace {

// Of the time that counting took, between two counts.
constexpr int64_t kPause = 20;

// What the files below `folder` take; of those that come and go meanwhile, what is seen.
int64_t BytesBelow(const std::string& folder) {
  int64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    struct stat file;
    if (lstat(it->path().c_str(), &file) == 0) bytes += int64_t{file.st_blocks} * 512;
  }
  return bytes;
}

}  // namespace

int64_t BytesInUse(const std::string& folder) {
  struct statvfs system;
  if (statvfs(folder.c_str(), &system) != 0) return 0;
  return static_cast<int64_t>(system.f_blocks - system.f_bfree) *
         static_cast<int64_t>(system.f_frsize);
}

int64_t DiskMeter::Bytes() {
  const int64_t now = postgres::Activity::NowMs();
  const int64_t in_use = in_use_();
  if (counted_ && now < next_ms_ && bytes_ + (in_use - in_use_then_) <= limit_) return bytes_;
  bytes_ = BytesBelow(folder_);
  const int64_t after = postgres::Activity::NowMs();
  counted_ = true;
  in_use_then_ = in_use;
  next_ms_ = after + kPause * (after - now);
  return bytes_;
}

}  // namespace autogen::scratch
