#include "src/revision/header_cache.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "src/revision/load.h"

namespace autogen::revision {
namespace {

constexpr int kScripts = 600;  // enough to be kept

// A folder of scripts that were all written long ago, and a cache of its own.
class Scripts {
 public:
  Scripts() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "autogen-cache-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    setenv("AUTOGEN_CACHE_DIR", (root_ + "/cache").c_str(), 1);
    std::filesystem::create_directories(folder());
    for (int i = 0; i < kScripts; ++i) Write(i, "one");
  }
  ~Scripts() {
    unsetenv("AUTOGEN_CACHE_DIR");
    std::filesystem::remove_all(root_);
  }
  std::string folder() const { return root_ + "/versions"; }
  std::string cache() const { return root_ + "/cache/headers"; }
  std::string Path(int i) const { return absl::StrCat(folder(), "/r", 1000 + i, ".sql"); }
  void Write(int i, const std::string& message) {
    std::ofstream(Path(i)) << "-- " << message << "\n--\n-- revision: r" << 1000 + i
                           << "\n-- revises: " << (i == 0 ? "base" : absl::StrCat("r", 999 + i))
                           << "\n-- labels: l" << i << "\n\n-- autogen: upgrade\n\nSELECT " << i
                           << ";\n";
    const timespec then[2] = {{1000000000, 7}, {1000000000, 7}};
    utimensat(AT_FDCWD, Path(i).c_str(), then, 0);
  }
  Graph Load(Checksums checksums = Checksums::kNone) {
    absl::StatusOr<Graph> graph = LoadGraph({folder()}, checksums);
    REQUIRE(graph.status() == absl::OkStatus());
    REQUIRE(graph->size() == kScripts);
    return *std::move(graph);
  }
  // Every entry as it stands in the cache.
  void Keep() {
    const Graph graph = Load(Checksums::kCompute);
    std::vector<HeaderCache::Entry> entries;
    for (size_t i = 0; i < graph.size(); ++i) {
      const Revision& revision = graph.at(static_cast<Node>(i));
      struct stat found;
      REQUIRE(stat(revision.path.c_str(), &found) == 0);
      entries.push_back(
          {revision.path.substr(folder().size() + 1), FileStamp::Of(found), revision});
    }
    // As if an hour had passed: nobody can set ctime back.
    struct stat top;
    REQUIRE(stat(folder().c_str(), &top) == 0);
    HeaderCache(folder()).Save(entries, {{"", FileStamp::Of(top)}},
                               (static_cast<int64_t>(time(nullptr)) + 3600) * 1000000000);
  }

 private:
  std::string root_;
};

std::string Text(const Revision& revision) {
  std::string out = absl::StrCat(revision.id, "|", revision.message, "|", revision.path, "|",
                                 revision.created, "|", revision.checksum);
  for (const auto* list : {&revision.revises, &revision.depends_on, &revision.labels}) {
    for (const std::string& item : *list) absl::StrAppend(&out, "|", item);
  }
  return out;
}

TEST_CASE("what is kept is what the files say") {
  Scripts scripts;
  const Graph read = scripts.Load(Checksums::kCompute);
  scripts.Keep();
  const Graph kept = scripts.Load(Checksums::kCompute);
  for (size_t i = 0; i < read.size(); ++i) {
    REQUIRE(Text(read.at(static_cast<Node>(i))) == Text(kept.at(static_cast<Node>(i))));
  }
  // The cache answers: even a wrong one is believed.
  struct stat found;
  REQUIRE(stat(scripts.Path(0).c_str(), &found) == 0);
  const HeaderCache cache(scripts.folder());
  CHECK(cache.Find("r1000.sql", 0, FileStamp::Of(found)).has_value());
  CHECK(cache.Find("r1000.sql", 77, FileStamp::Of(found))->message == "one");
  CHECK(!cache.Find("r0999.sql", 0, FileStamp::Of(found)).has_value());
  CHECK(!cache.Find("r1001.sql", 1, FileStamp::Of(found)).has_value());
}

TEST_CASE("a script that is added or removed is noticed, in subfolders too") {
  Scripts scripts;
  std::filesystem::create_directories(scripts.folder() + "/below");
  scripts.Keep();
  const HeaderCache cache(scripts.folder());
  struct stat top;
  REQUIRE(stat(scripts.folder().c_str(), &top) == 0);
  const auto same = [&](const std::string&) { return std::optional(FileStamp::Of(top)); };
  CHECK(cache.Files(same)->size() == kScripts);
  CHECK(!cache.Files([](const std::string&) { return std::nullopt; }).has_value());
  CHECK(!cache.Files([](const std::string&) { return FileStamp(); }).has_value());
  std::filesystem::rename(scripts.Path(kScripts - 1), scripts.folder() + "/below/last.sql");
  CHECK(scripts.Load().at(kScripts - 1).message == "one");
  std::filesystem::remove(scripts.folder() + "/below/last.sql");
  absl::StatusOr<Graph> graph = LoadGraph({scripts.folder()});
  REQUIRE(graph.ok());
  CHECK(graph->size() == kScripts - 1);
}

TEST_CASE("an edit of the same length with the old time is seen") {
  Scripts scripts;
  scripts.Keep();
  scripts.Write(5, "two");
  CHECK(scripts.Load().at(5).message == "two");
  CHECK(scripts.Load().at(6).message == "one");
}

TEST_CASE("what was just written is not kept; a file that is not a cache is a miss") {
  Scripts scripts;
  scripts.Load();
  CHECK(!std::filesystem::exists(scripts.cache()));
  scripts.Keep();
  for (const auto& entry : std::filesystem::directory_iterator(scripts.cache())) {
    const auto size = std::filesystem::file_size(entry.path());
    SUBCASE("cut short") { std::filesystem::resize_file(entry.path(), size / 2); }
    SUBCASE("something else") { std::ofstream(entry.path()) << "hello"; }
  }
  CHECK(scripts.Load().at(kScripts - 1).message == "one");
}

}  // namespace
}  // namespace autogen::revision
