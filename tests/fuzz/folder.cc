#include "tests/fuzz/folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {

const std::string& OwnFolder() {
  static const auto* const folder = [] {
    auto* path = new std::string(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    *path += "/autogen_fuzz_XXXXXX";
    Expect(mkdtemp(path->data()) != nullptr, "no temporary folder", {*path});
    // What is above it belongs to no project of ours.
    std::filesystem::create_directory(*path + "/.git");
    return path;
  }();
  static const bool removed = [] {
    return atexit([] {
             std::error_code ignored;
             std::filesystem::remove_all(OwnFolder(), ignored);
           }) == 0;
  }();
  Expect(removed, "no function at the program's end");
  return *folder;
}

std::string WriteOwn(const std::string& name, absl::string_view content) {
  std::string path = OwnFolder() + "/" + name;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  Expect(fd >= 0, "cannot write a file", {path});
  size_t done = 0;
  while (done < content.size()) {
    const ssize_t n = write(fd, content.data() + done, content.size() - done);
    Expect(n > 0, "cannot write a file", {path});
    done += static_cast<size_t>(n);
  }
  close(fd);
  return path;
}

}  // namespace autogen::fuzz
