#include "src/base/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"

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

TEST_CASE("errors of reading say what is wrong") {
  std::string folder = TemporaryFolder();
  CHECK(ReadFile(folder).status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(ReadFile(folder + "/none").status().code() == absl::StatusCode::kNotFound);
  CHECK(WriteFile(folder + "/no/folder", "x", Overwrite::kNever).code() ==
        absl::StatusCode::kNotFound);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a text is the same however it was checked out") {
  const std::string folder = TemporaryFolder();
  const std::string path = folder + "/f.sql";
  for (const auto& [bytes, text] : std::vector<std::pair<std::string, std::string>>{
           {"AS $$\r\nBEGIN\r\nEND $$;\r\n", "AS $$\nBEGIN\nEND $$;\n"},
           {"\xEF\xBB\xBF"
            "a\r\n\r\nb",
            "a\n\nb"},
           {"a\rb\n", "a\rb\n"},  // data, not the end of a line
           {"a\\r\\n\n", "a\\r\\n\n"},
       }) {
    REQUIRE(WriteFile(path, bytes, Overwrite::kReplace).ok());
    CHECK(*ReadTextFile(path) == text);
    CHECK(*ReadTextInput(path) == text);
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("only regular files are read, and none without an end") {
  const std::string folder = TemporaryFolder();
  const std::string pipe = folder + "/pipe", socket_path = folder + "/socket";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  REQUIRE(mknod(socket_path.c_str(), S_IFSOCK | 0600, 0) == 0);
  std::filesystem::create_symlink("loop", folder + "/loop");
  std::filesystem::create_symlink("/dev/zero", folder + "/link");
  for (const std::string& path : {std::string("/dev/zero"), std::string("/dev/null"), folder, pipe,
                                  socket_path, folder + "/loop", folder + "/link"}) {
    CAPTURE(path);
    const absl::Status status = ReadFile(path).status();
    CHECK_FALSE(status.ok());
    CHECK(absl::StrContains(status.message(), path));
  }
  CHECK(ReadFile(pipe).status().message() ==
        "reading " + pipe + ": it is a pipe, not a regular file");
  // Of /proc: regular, of no size.
  CHECK(absl::StrContains(*ReadFile("/proc/self/status"), "Name:"));
  CHECK(absl::IsResourceExhausted(ReadFile("/proc/self/status", 10).status()));
  REQUIRE(WriteFile(folder + "/ten", "0123456789", Overwrite::kNever).ok());
  CHECK(ReadFile(folder + "/ten", 10).ok());
  CHECK(ReadFile(folder + "/ten", 9).status().message() ==
        "reading " + folder + "/ten: it is larger than 0 MB");
  std::filesystem::remove_all(folder);
}

TEST_CASE("what is written into a device or a pipe does not replace it") {
  CHECK(absl::IsResourceExhausted(WriteFile("/dev/full", "x", Overwrite::kReplace)));
  CHECK(WriteFile("/dev/null", "x", Overwrite::kReplace).ok());
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK(std::filesystem::is_character_file("/dev/full"));
  // Below /dev, and a file.
  if (std::filesystem::is_directory("/dev/shm")) {
    const std::string shared = "/dev/shm/autogen_file_" + std::to_string(getpid());
    CHECK(WriteFile(shared, "longer", Overwrite::kReplace).ok());
    CHECK(WriteFile(shared, "short", Overwrite::kReplace).ok());
    CHECK(*ReadFile(shared) == "short");
    std::filesystem::remove(shared);
  }
  const std::string folder = TemporaryFolder();
  const std::string pipe = folder + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_FALSE(WriteFile(pipe, "x", Overwrite::kReplace).ok());  // nobody reads: not waited for
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  CHECK(WriteFile(pipe, "text", Overwrite::kReplace).ok());
  char got[8];
  CHECK(read(reader, got, sizeof got) == 4);
  close(reader);
  std::filesystem::create_symlink(folder + "/target", folder + "/link");
  CHECK(WriteFile(folder + "/link", "x", Overwrite::kReplace).ok());
  CHECK_FALSE(std::filesystem::exists(folder + "/target"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("links are followed inside of a folder, once, and never out of it") {
  const std::string folder = TemporaryFolder();
  std::filesystem::create_directories(folder + "/top/a/b");
  const std::string top = folder + "/top";
  REQUIRE(WriteFile(top + "/a/b/x.sql", "", Overwrite::kNever).ok());
  REQUIRE(WriteFile(folder + "/out.sql", "", Overwrite::kNever).ok());
  std::filesystem::create_directory_symlink("..", top + "/a/b/up");
  std::filesystem::create_directory_symlink("a", top + "/again");
  std::filesystem::create_symlink("a/b/x.sql", top + "/y.sql");
  std::filesystem::create_symlink("/dev/zero", top + "/zero.sql");
  std::filesystem::create_symlink("nothing", top + "/nothing.sql");
  absl::StatusOr<std::vector<std::string>> files = ListFiles(top, ".sql", true);
  REQUIRE(files.ok());
  CHECK(files->size() == 2);
  std::filesystem::create_symlink("../out.sql", top + "/z.sql");
  CHECK(absl::IsPermissionDenied(ListFiles(top, ".sql", true).status()));
  CHECK(ListFiles(top, ".txtpb", true).ok());
  std::filesystem::remove(top + "/z.sql");
  std::filesystem::create_directory_symlink(folder, top + "/out");
  CHECK(absl::IsPermissionDenied(ListFiles(top, ".sql", true).status()));
  CHECK(ListFiles(top, ".sql", false).ok());
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
