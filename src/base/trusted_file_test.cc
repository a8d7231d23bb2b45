#include "src/base/trusted_file.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "src/base/file.h"

namespace autogen {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path().string() + "/autogen_trust_XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
    fs::create_directories(path_ + "/root/sub");
    REQUIRE(WriteFile(path_ + "/secret", "secret", Overwrite::kNever).ok());
    REQUIRE(WriteFile(path_ + "/root/sub/a", "a", Overwrite::kNever).ok());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

TEST_CASE("our own state is ours alone") {
  const Folder folder;
  CHECK(MakeOwnFolder(folder / "cache/headers").ok());
  struct stat made;
  REQUIRE(stat((folder / "cache/headers").c_str(), &made) == 0);
  CHECK((made.st_mode & 0777) == 0700);
  CHECK(MakeOwnFolder(folder / "cache/headers").ok());
  const std::string file = folder / "cache/entry";
  REQUIRE(WriteOwnFile(file, "x").ok());
  CHECK(*ReadOwnFile(file) == "x");
  fs::create_symlink("entry", folder / "cache/link");
  CHECK(absl::IsFailedPrecondition(ReadOwnFile(folder / "cache/link").status()));
  REQUIRE(chmod(file.c_str(), 0666) == 0);
  CHECK(absl::IsFailedPrecondition(ReadOwnFile(file).status()));
  fs::create_directory_symlink("cache", folder / "linked");
  CHECK(absl::IsFailedPrecondition(MakeOwnFolder(folder / "linked")));
  REQUIRE(chmod((folder / "cache").c_str(), 0777) == 0);
  CHECK(MakeOwnFolder(folder / "cache").ok());
  REQUIRE(stat((folder / "cache").c_str(), &made) == 0);
  CHECK((made.st_mode & 0777) == 0755);
  CHECK_FALSE(MakeOwnFolder(folder / "secret").ok());
  if (geteuid() != 0) return;
  // Root and a folder of somebody else's.
  REQUIRE(chown((folder / "root").c_str(), 65534, 65534) == 0);
  CHECK(absl::IsFailedPrecondition(MakeOwnFolder(folder / "root")));
  CHECK(absl::IsFailedPrecondition(MakeOwnFolder(folder / "root/cache")));
  CHECK_FALSE(fs::exists(folder / "root/cache"));
  REQUIRE(chmod(file.c_str(), 0600) == 0);
  REQUIRE(chown(file.c_str(), 65534, 65534) == 0);
  CHECK(absl::IsFailedPrecondition(ReadOwnFile(file).status()));
}

}  // namespace
}  // namespace autogen
