// No false alarm: lint over every script of tests/fixtures, which autogen itself wrote.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "src/base/file.h"
#include "tests/support/judged.h"

namespace autogen {
namespace {

TEST_CASE("lint has no objection to scripts that autogen wrote, but for what they themselves say") {
  int scripts = 0, online = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(AUTOGEN_SOURCE_DIR "/tests/fixtures")) {
    const std::string path = entry.path().string(), name = entry.path().filename().string();
    if (!absl::EndsWith(name, "upgrade.sql") && !absl::EndsWith(name, "downgrade.sql")) continue;
    CAPTURE(path);
    const absl::StatusOr<std::string> text = ReadFile(path);
    REQUIRE(text.ok());
    const bool is_online = absl::StartsWith(name, "online_");
    CHECK(testing::Unexplained(*text, is_online) == "");
    ++scripts;
    online += is_online ? 1 : 0;
  }
  CHECK(scripts > 1000);
  CHECK(online > 30);
}

}  // namespace
}  // namespace autogen
