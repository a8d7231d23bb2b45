#include "src/scratch/cache.h"

#include <stdlib.h>

#include <filesystem>

#include "doctest/doctest.h"
#include "src/base/file.h"

namespace autogen::scratch {
namespace {

TEST_CASE("a snapshot comes back whole, for its own key alone") {
  std::string folder = "/tmp/autogen-cache-test-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  Cache cache(folder + "/deep/down");
  model::Snapshot snapshot;
  snapshot.schema = std::make_shared<Schema>();
  snapshot.schema->add_table()->set_name("t");
  snapshot.dependencies = {
      {{VIEW, "public", "", "v"}, {TABLE, "public", "", "t"}, "default", true}};
  snapshot.unmanaged = {{"subscription", "s"}};
  snapshot.server_version = 150018;
  snapshot.current_user = "u";
  snapshot.database = "d";
  CHECK_FALSE(cache.Find("k").has_value());
  cache.Store("k", snapshot);
  auto found = cache.Find("k");
  REQUIRE(found.has_value());
  CHECK(found->schema->SerializeAsString() == snapshot.schema->SerializeAsString());
  CHECK(found->dependencies == snapshot.dependencies);
  CHECK(found->unmanaged.at(0).name == "s");
  CHECK(found->server_version == 150018);
  CHECK(found->current_user == "u");
  CHECK(found->database == "d");
  CHECK_FALSE(cache.Find("other").has_value());

  // A damaged file is a miss.
  auto files = ListFiles(folder, ".snapshot", true);
  REQUIRE(files->size() == 1);
  REQUIRE(WriteFile(files->at(0), "rubbish", Overwrite::kReplace).ok());
  CHECK_FALSE(cache.Find("k").has_value());

  for (int i = 0; i < 80; ++i) cache.Store(std::to_string(i), snapshot);
  CHECK(ListFiles(folder, ".snapshot", true)->size() <= 64);
  CHECK(cache.Find("79").has_value());
  std::filesystem::remove_all(folder);

  Cache none("");
  none.Store("k", snapshot);
  CHECK_FALSE(none.Find("k").has_value());
}

}  // namespace
}  // namespace autogen::scratch
