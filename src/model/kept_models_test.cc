// What was loaded is kept, and serves as long as all that it was loaded from is as it was.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/model/load.h"

namespace autogen::model {
namespace {

namespace fs = std::filesystem;

// A project with a large model of three files and a definition beside them, and a cache of its own.
class Project {
 public:
  Project() {
    char pattern[] = "/tmp/autogen_kept_XXXXXX";
    root_ = mkdtemp(pattern);
    const char* before = getenv("AUTOGEN_CACHE_DIR");
    if (before != nullptr) before_ = before;
    setenv("AUTOGEN_CACHE_DIR", (root_ + "/cache").c_str(), 1);
    Write("autogen.txtpb", "");
    std::string tables;
    for (int i = 0; i < 400; ++i) {
      absl::StrAppend(&tables, "table { name: \"t", i,
                      "\" column { name: \"id\" type: \"bigint\" primary_key: true } }\n");
    }
    Write("models/tables.txtpb", tables);
    Write("models/more.txtpb",
          "include: \"../shared/roles.txtpb\"\n"
          "view { name: \"v\" definition_file: \"../shared/v.sql\" }\n");
    Write("shared/roles.txtpb", "enum { name: \"role\" label: \"reader\" }\n");
    Write("shared/v.sql", "SELECT 1 AS one");
  }
  ~Project() {
    before_.empty() ? unsetenv("AUTOGEN_CACHE_DIR")
                    : setenv("AUTOGEN_CACHE_DIR", before_.c_str(), 1);
    fs::remove_all(root_);
  }

  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories(DirName(Path(name)));
    REQUIRE(WriteFile(Path(name), text, Overwrite::kReplace).ok());
  }
  std::string Path(const std::string& name) const { return JoinPath(root_, name); }

  // Its bytes, or why it cannot be loaded.
  std::string Load(EngineName engine = ENGINE_UNSPECIFIED) const {
    const auto schema = LoadModel({Path("models")}, engine);
    return schema.ok() ? (*schema)->SerializeAsString() : std::string(schema.status().message());
  }
  // What the same files load as where nothing is kept.
  std::string LoadAfresh(EngineName engine = ENGINE_UNSPECIFIED) const {
    fs::remove_all(Path("cache"));
    return Load(engine);
  }
  size_t KeptFiles() const {
    const auto files = ListFiles(Path("cache/models"), ".model", false);
    return files.ok() ? files->size() : 0;
  }

 private:
  std::string root_, before_;
};

TEST_CASE("what is kept is what was loaded, for its own engine and files alone") {
  const Project project;
  const std::string first = project.Load();
  REQUIRE(project.KeptFiles() == 1);
  CHECK(project.Load() == first);
  CHECK(project.KeptFiles() == 1);
  CHECK(project.Load(POSTGRESQL) == first);
  CHECK(project.KeptFiles() == 2);
  // SQLite has no enums, whoever loaded them before.
  CHECK(project.Load(SQLITE).find("SQLite has no enum") != std::string::npos);
  CHECK(project.KeptFiles() == 2);
}

TEST_CASE("each change of what was read is seen") {
  const Project project;
  const std::string first = project.Load();
  const struct {
    const char* file;
    const char* text;
  } changes[] = {
      {"models/more.txtpb",
       "include: \"../shared/roles.txtpb\" view { name: \"w\" definition: \"SELECT 1 AS one\" }"},
      {"models/new.txtpb", "enum { name: \"added\" label: \"x\" }"},
      {"models/deep/new.txtpb", "enum { name: \"added_below\" label: \"x\" }"},
      {"shared/roles.txtpb", "enum { name: \"role\" label: \"writer\" }"},
      {"models/more.txtpb",
       "include: \"../shared/roles.txtpb\"\n"
       "view { name: \"v\" definition_file: \"../shared/v.sql\" }\n"},
      {"shared/v.sql", "SELECT 2 AS one"},
  };
  std::string last = first;
  for (const auto& [file, text] : changes) {
    CAPTURE(file);
    project.Write(file, text);
    const std::string loaded = project.Load();
    CHECK(loaded != last);
    CHECK(loaded == project.LoadAfresh());
    last = loaded;
  }
  for (const char* file : {"models/deep/new.txtpb", "models/new.txtpb", "shared/v.sql"}) {
    CAPTURE(file);
    fs::remove(project.Path(file));
    const std::string loaded = project.Load();
    CHECK(loaded != last);
    CHECK(loaded == project.LoadAfresh());
    last = loaded;
  }
}

TEST_CASE("what lies outside of the project is refused as ever, once a link leads there") {
  const Project project;
  REQUIRE(project.Load() == project.Load());
  char outside[] = "/tmp/autogen_outside_XXXXXX";
  const std::string folder = mkdtemp(outside);
  fs::copy_file(project.Path("shared/roles.txtpb"), folder + "/roles.txtpb");
  fs::remove(project.Path("shared/roles.txtpb"));
  fs::create_symlink(folder + "/roles.txtpb", project.Path("shared/roles.txtpb"));
  CHECK(project.Load().find("outside of the project") != std::string::npos);
  fs::remove_all(folder);
}

TEST_CASE("a mistake is never kept, and a damaged file is loaded again") {
  const Project project;
  project.Write("models/bad.txtpb", "table { nam: \"x\" }");
  const std::string error = project.Load();
  CHECK(error.find("bad.txtpb:1:9") != std::string::npos);
  CHECK(project.KeptFiles() == 0);
  CHECK(project.Load() == error);
  fs::remove(project.Path("models/bad.txtpb"));
  const std::string good = project.Load();
  REQUIRE(project.KeptFiles() == 1);
  const std::string path = ListFiles(project.Path("cache/models"), ".model", false)->at(0);
  const std::string whole = *ReadFile(path);
  for (size_t i = 0; i < whole.size(); i += whole.size() / 200 + 1) {
    std::string damaged = whole;
    damaged[i] ^= 4;
    REQUIRE(WriteFile(path, damaged, Overwrite::kReplace).ok());
    CHECK(project.Load() == good);
    REQUIRE(WriteFile(path, whole.substr(0, i), Overwrite::kReplace).ok());
    CHECK(project.Load() == good);
  }
}

}  // namespace
}  // namespace autogen::model
