#include "src/base/keyed_files.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "src/base/file.h"

namespace autogen {
namespace {

TEST_CASE("what was stored comes back whole, for its own key alone") {
  std::string folder = "/tmp/autogen-keyed-test-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const KeyedFiles files(folder + "/deep/down", ".x", 64);
  const std::string bytes("a\0b\n.\n", 6);
  CHECK_FALSE(files.Find("k").has_value());
  files.Store("k", bytes);
  files.Store("", "of the empty key");
  files.Store("empty", "");
  CHECK(files.Find("k") == bytes);
  CHECK(files.Find("") == "of the empty key");
  CHECK(files.Find("empty") == "");
  CHECK_FALSE(files.Find("other").has_value());
  files.Store("k", "newer");
  CHECK(files.Find("k") == "newer");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a file that is cut off, damaged, or of another key is a miss") {
  std::string folder = "/tmp/autogen-keyed-test-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const KeyedFiles files(folder, ".x", 64);
  files.Store("key", "content");
  const std::string path = ListFiles(folder, ".x", true)->at(0);
  const std::string whole = *ReadFile(path);
  for (size_t length = 0; length < whole.size(); ++length) {
    REQUIRE(WriteFile(path, whole.substr(0, length), Overwrite::kReplace).ok());
    CHECK_FALSE(files.Find("key").has_value());
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string other = whole;
    other[i] ^= 1;
    REQUIRE(WriteFile(path, other, Overwrite::kReplace).ok());
    CHECK_FALSE(files.Find("key").has_value());
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("the oldest go, and no folder keeps nothing") {
  std::string folder = "/tmp/autogen-keyed-test-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const KeyedFiles files(folder, ".x", 5);
  for (int i = 0; i < 20; ++i) files.Store(std::to_string(i), "x");
  CHECK(ListFiles(folder, ".x", true)->size() == 5);
  CHECK(files.Find("19").has_value());
  std::filesystem::remove_all(folder);
  const KeyedFiles none("", ".x", 5);
  none.Store("k", "x");
  CHECK_FALSE(none.Find("k").has_value());
}

}  // namespace
}  // namespace autogen
