#include "src/scratch/disk_meter.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "src/base/random.h"

namespace autogen::scratch {
namespace {

void Write(const std::string& path, int64_t bytes) {
  std::ofstream(path) << std::string(static_cast<size_t>(bytes), 'x');
}

TEST_CASE("what passes the limit is counted at once, whenever the last count was") {
  const std::string folder = (std::filesystem::temp_directory_path() / RandomHex(8)).string();
  std::filesystem::create_directories(folder + "/below");
  // So many files that the next count would be a while away.
  for (int i = 0; i < 2000; ++i) Write(absl::StrCat(folder, "/below/", i), 1);
  int64_t in_use = 1 << 30;
  DiskMeter meter(folder, 100 << 20, [&] { return in_use; });
  const int64_t before = meter.Bytes();
  CHECK(before >= 2000);

  Write(folder + "/more", 101 << 20);
  in_use += 101 << 20;
  CHECK(meter.Bytes() - before >= 101 << 20);
  // Where it is more than the limit, each look counts.
  std::filesystem::remove(folder + "/more");
  CHECK(meter.Bytes() == before);
  std::filesystem::remove_all(folder);
}

TEST_CASE("the file system's use is known") {
  CHECK(BytesInUse("/") > 0);
  CHECK(BytesInUse("/no such folder") == 0);
}

}  // namespace
}  // namespace autogen::scratch
