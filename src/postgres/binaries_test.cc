#include "src/postgres/binaries.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"

namespace autogen::postgres {
namespace {

// Folders with scripts that say they were a server's programs.
class Places {
 public:
  Places() {
    path = "/tmp/autogen-binaries-test-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
  }
  ~Places() {
    unsetenv("AUTOGEN_PG_BIN");
    std::filesystem::remove_all(path);
  }
  std::string Add(const std::string& name, const std::string& version) const {
    const std::string folder = absl::StrCat(path, "/", name);
    std::filesystem::create_directories(folder);
    for (const char* program : {"initdb", "pg_ctl", "postgres", "pg_dump"}) {
      const std::string file = absl::StrCat(folder, "/", program);
      REQUIRE(WriteFile(file,
                        absl::StrCat("#!/bin/sh\necho 'postgres (PostgreSQL) ", version, "'\n"),
                        Overwrite::kReplace)
                  .ok());
      chmod(file.c_str(), 0755);
    }
    return folder;
  }
  std::string path;
};

bool Has(const std::string& bin_dir, int major) {
  for (const Installation& found : ServerInstallations()) {
    if (found.bin_dir == bin_dir && found.major == major) return true;
  }
  return false;
}

TEST_CASE("AUTOGEN_PG_BIN may name several folders; the newest version comes first") {
  Places places;
  const std::string old = places.Add("a/bin", "91.3"), newer = places.Add("b/bin", "93.1");
  const std::string same = places.Add("c/bin", "93devel");
  setenv("AUTOGEN_PG_BIN", absl::StrCat(old, "::/nowhere:", newer, ":", same).c_str(), 1);
  std::vector<Installation> found = ServerInstallations();
  REQUIRE(found.size() >= 3);
  CHECK(found[0].bin_dir == newer);
  CHECK(found[0].major == 93);
  CHECK(found[1].bin_dir == same);
  CHECK(found[2].bin_dir == old);
  // As before: the first of the list, unless a version is asked for.
  CHECK(*FindServerBinaries("") == old);
  CHECK(*FindServerBinaries("", 93) == newer);
  CHECK(*FindServerBinaries(same, 0) == same);
  CHECK(*FindClientBinary("pg_dump") == old + "/pg_dump");
}

TEST_CASE("one folder under two names is one installation") {
  Places places;
  const std::string folder = places.Add("a/bin", "91.3");
  std::filesystem::create_symlink(folder, places.path + "/link");
  setenv("AUTOGEN_PG_BIN", absl::StrCat(places.path, "/link:", folder).c_str(), 1);
  CHECK(Has(places.path + "/link", 91));
  CHECK_FALSE(Has(folder, 91));
}

TEST_CASE("programs that a stranger could replace do not count") {
  Places places;
  const std::string folder = places.Add("a/bin", "91.3");
  setenv("AUTOGEN_PG_BIN", folder.c_str(), 1);
  CHECK(Has(folder, 91));
  REQUIRE(chmod(folder.c_str(), 0777) == 0);
  CHECK_FALSE(Has(folder, 91));
  absl::StatusOr<std::string> refused = FindServerBinaries("", 91);
  REQUIRE_FALSE(refused.ok());
  CHECK(absl::StrContains(refused.status().message(), "others can write"));
  CHECK(absl::StrContains(refused.status().message(), folder));
  REQUIRE(chmod(folder.c_str(), 0755) == 0);
  REQUIRE(chmod((places.path + "/a").c_str(), 0777) == 0);  // the folder above it
  CHECK_FALSE(Has(folder, 91));
  REQUIRE(chmod((places.path + "/a").c_str(), 01777) == 0);  // ours in a folder like /tmp
  CHECK(Has(folder, 91));
  if (geteuid() == 0) {  // somebody else's there
    REQUIRE(chown(folder.c_str(), 1, 1) == 0);
    CHECK_FALSE(Has(folder, 91));
  }
}

TEST_CASE("nothing is taken from the current folder") {
  Places places;
  const std::string folder = places.Add("bin", "91.3");
  const std::string before = std::filesystem::current_path().string();
  std::filesystem::current_path(places.path);
  const std::string path = getenv("PATH");
  setenv("PATH", absl::StrCat("bin:", path).c_str(), 1);
  setenv("AUTOGEN_PG_BIN", "bin:./bin", 1);
  CHECK_FALSE(Has("bin", 91));
  CHECK_FALSE(Has("./bin", 91));
  CHECK_FALSE(FindServerBinaries("", 91).ok());
  setenv("PATH", absl::StrCat(folder, ":", path).c_str(), 1);
  CHECK(Has(folder, 91));
  setenv("PATH", path.c_str(), 1);
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace autogen::postgres
