// What the files of a server take on the disk, asked for often.
#ifndef AUTOGEN_SCRATCH_DISK_METER_H_
#define AUTOGEN_SCRATCH_DISK_METER_H_

#include <cstdint>
#include <functional>
#include <string>

namespace autogen::scratch {

// The bytes in use on the file system that holds `folder` (statvfs); 0 where it does not say.
int64_t BytesInUse(const std::string& folder);

// Counting files takes as long as there are files, and a large schema has hundreds of thousands in
// each copy. So they are counted again only where the file system's use has grown by so much that
// the limit may be passed, or after a while: at most a twentieth of the time is spent on it.
class DiskMeter {
 public:
  // `in_use` is BytesInUse() of the folder.
  DiskMeter(std::string folder, int64_t limit, std::function<int64_t()> in_use)
      : folder_(std::move(folder)), limit_(limit), in_use_(std::move(in_use)) {}

  // As last counted. What passes the limit is counted at once, as far as nothing else on the file
  // system is deleted meanwhile.
  int64_t Bytes();

 private:
  const std::string folder_;
  const int64_t limit_;
  const std::function<int64_t()> in_use_;
  bool counted_ = false;
  int64_t bytes_ = 0;
  int64_t in_use_then_ = 0;
  int64_t next_ms_ = 0;  // of the steady clock
};

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_DISK_METER_H_
