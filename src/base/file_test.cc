#include "src/base/file.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

namespace autogen {
namespace {

std::string TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path().string() + "/autogen_file_XXXXXX";
  REQUIRE(mkdtemp(name.data()) != nullptr);
  return name;
}

}  // namespace

TEST_CASE("a file that exists is never overwritten and no temporary file stays") {
  std::string folder = TemporaryFolder();
  std::string path = folder + "/a.txt";
  CHECK(WriteFile(path, "one", Overwrite::kNever).ok());
  CHECK(WriteFile(path, "two", Overwrite::kNever).code() == absl::StatusCode::kAlreadyExists);
  CHECK(*ReadFile(path) == "one");
  CHECK(WriteFile(path, "three", Overwrite::kReplace).ok());
  CHECK(*ReadFile(path) == "three");
  CHECK(ListFiles(folder, "", true)->size() == 1);
  std::filesystem::remove_all(folder);
}

TEST_CASE("reading says what is wrong") {
  std::string folder = TemporaryFolder();
  CHECK(ReadFile(folder).status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(ReadFile(folder + "/none").status().code() == absl::StatusCode::kNotFound);
  CHECK(WriteFile(folder + "/no/folder", "x", Overwrite::kNever).code() ==
        absl::StatusCode::kNotFound);
  std::filesystem::remove_all(folder);
}

TEST_CASE("files are listed sorted, hidden folders passed over") {
  std::string folder = TemporaryFolder();
  std::filesystem::create_directories(folder + "/b");
  std::filesystem::create_directories(folder + "/.git");
  for (const char* name : {"/z.sql", "/b/a.sql", "/.git/x.sql", "/a.txt"}) {
    REQUIRE(WriteFile(folder + name, "", Overwrite::kNever).ok());
  }
  auto all = ListFiles(folder, ".sql", true);
  REQUIRE(all.ok());
  CHECK(*all == std::vector<std::string>{folder + "/b/a.sql", folder + "/z.sql"});
  CHECK(ListFiles(folder, ".sql", false)->size() == 1);
  std::filesystem::remove_all(folder);
}

}  // namespace autogen
