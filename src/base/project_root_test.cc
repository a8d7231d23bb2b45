#include "src/base/project_root.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"

namespace autogen {
namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "autogen_root_XXXXXX").string();
    path = fs::canonical(mkdtemp(pattern.data())).string();
  }
  ~Folder() { fs::remove_all(path); }
  std::string Write(const std::string& name) const {
    fs::create_directories(fs::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name) << "x";
    return path + "/" + name;
  }
  std::string path;
};

TEST_CASE("the root of a project: the work tree, else the configuration's folder, else its own") {
  Folder folder;
  folder.Write("tree/project/models/a.txtpb");
  const std::string models = folder.path + "/tree/project/models";
  CHECK(ProjectRoot(models) == models);
  folder.Write("tree/project/autogen.txtpb");
  CHECK(ProjectRoot(models) == folder.path + "/tree/project");
  folder.Write("tree/.git");
  CHECK(ProjectRoot(models) == folder.path + "/tree");
}

TEST_CASE("no way leads out of the project") {
  Folder folder;
  const std::string root = folder.path + "/p";
  folder.Write("outside/secret");
  folder.Write("p/in/file");
  folder.Write("private/file");
  fs::create_symlink("../outside/secret", root + "/link");
  fs::create_symlink("../outside", root + "/links");
  fs::create_symlink(root + "/in", root + "/inner");
  fs::create_symlink("/etc/none/at/all", root + "/dangling");
  for (const char* path : {"in/file", "in/../in/file", "inner/file", "in/new", "inner/new"}) {
    CAPTURE(path);
    CHECK(CheckBelow(root, root + "/" + path).ok());
  }
  CHECK(CheckBelow(root, root).ok());
  CHECK(*ReadFileBelow(root, root + "/inner/file") == "x");
  for (const std::string& path :
       {root + "/link", root + "/links/secret", root + "/links/new", root + "/../outside/secret",
        root + "/in/../../outside/secret", root + "/dangling", root + "/dangling/x",
        folder.path + "/private/file", std::string("/etc/passwd"),
        std::string("/proc/self/environ")}) {
    CAPTURE(path);
    CHECK(absl::IsPermissionDenied(CheckBelow(root, path)));
    CHECK(absl::IsPermissionDenied(ReadFileBelow(root, path).status()));
  }
}

TEST_CASE("a file of another user's, or in another user's folder") {
  Folder folder;
  const std::string file = folder.Write("p/autogen.txtpb");
  CHECK(CheckOwner(file).ok());
  if (geteuid() != 0) return;  // only root can give a file away
  REQUIRE(chown(file.c_str(), 1234, 1234) == 0);
  CHECK(absl::StrContains(CheckOwner(file).message(), "belongs to another user (uid 1234)"));
  setenv("SUDO_UID", "1234", 1);
  CHECK(CheckOwner(file).ok());
  unsetenv("SUDO_UID");
  REQUIRE(chown(file.c_str(), 0, 0) == 0);
  REQUIRE(chown((folder.path + "/p").c_str(), 1234, 1234) == 0);
  CHECK(CheckOwner(file).code() == absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace autogen
