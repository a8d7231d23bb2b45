#include "src/scratch/load.h"

#include <stdlib.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "tests/support/server.h"

namespace autogen::scratch {
namespace {

class Folder {
 public:
  Folder() {
    path = "/tmp/autogen-load-test-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void Add(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(DirName(path + "/" + name));
    REQUIRE(WriteFile(path + "/" + name, text, Overwrite::kReplace).ok());
  }
  std::string path;
};

Options BesideTarget() {
  Options options;
  options.url = testing::TestServer::Get().Url();
  options.disposable = true;
  return options;
}

TEST_CASE("a folder of SQL files, in the order of their paths") {
  Folder folder;
  folder.Add("10_tables/a.sql",
             "\\restrict abcDEF1\n\nSET transaction_timeout = 0;\n"
             "CREATE TABLE t (a int, b text DEFAULT 'x;y');\n"
             "CREATE SCHEMA app; SET search_path = app;\nCREATE TABLE inner_t (a "
             "int);\n\\unrestrict abcDEF1\n");
  folder.Add("20_views.sql",
             "CREATE VIEW v AS SELECT * FROM app.inner_t; -- each file starts afresh\n");
  folder.Add("notes.txt", "not SQL");
  Server server(BesideTarget());
  auto snapshot = LoadSqlFiles(server, {folder.path}, {});
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  CHECK(snapshot->schema->table_size() == 2);
  CHECK(snapshot->schema->view_size() == 1);
}

TEST_CASE("errors have the file and the line") {
  Folder folder;
  folder.Add("bad.sql", "CREATE TABLE t (a int);\n\n-- comment\nCREATE TABLE u (a nosuch);\n");
  folder.Add("copy.sql", "CREATE TABLE t (a int);\nCOPY public.t (a) FROM stdin;\n1\n\\.\n");
  folder.Add("meta.sql", "CREATE TABLE t (a int);\n\\connect other\n");
  Server server(BesideTarget());
  struct Row {
    const char* file;
    const char* words;
  };
  for (const Row& row :
       {Row{"bad.sql", "bad.sql:4: "}, Row{"copy.sql", "COPY"}, Row{"meta.sql", "meta.sql"}}) {
    CAPTURE(row.file);
    absl::Status status =
        LoadSqlFiles(server, {absl::StrCat(folder.path, "/", row.file)}, {}).status();
    CHECK_FALSE(status.ok());
    CHECK_MESSAGE(absl::StrContains(status.message(), row.words), status.message());
  }
  CHECK(LoadSqlFiles(server, {"/no/such/file.sql"}, {}).status().code() ==
        absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace autogen::scratch
