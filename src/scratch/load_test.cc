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

TEST_CASE("of a dump the schema counts") {
  Folder folder;
  folder.Add(
      "dump.sql",
      "--\n-- PostgreSQL database dump\n--\n\\restrict x\n"
      "ALTER TABLE IF EXISTS ONLY public.t DROP CONSTRAINT IF EXISTS t_pkey;\n"
      "ALTER TABLE ONLY public.u DROP CONSTRAINT u_pkey;\nDROP TABLE public.t;\n"
      "DROP SCHEMA app;\nDROP DATABASE shop;\nCREATE DATABASE shop;\n"
      "ALTER DATABASE shop OWNER TO load_test_nobody;\n\\unrestrict x\n"
      "\\connect shop\n\\restrict x\nSELECT pg_catalog.set_config('search_path', '', false);\n"
      "CREATE TABLE public.t (a integer);\nCREATE TABLE public.u (a integer CHECK (a < 3));\n"
      "COPY public.t (a) FROM stdin;\n1\n\\.\n\n"
      "CREATE MATERIALIZED VIEW public.v AS SELECT a FROM public.t WITH NO DATA;\n"
      "CREATE MATERIALIZED VIEW public.w AS SELECT a FROM public.t WITH NO DATA;\n"
      "INSERT INTO public.u VALUES (7);\nINSERT INTO public.u VALUES (8);\n"
      "REFRESH MATERIALIZED VIEW public.v;\n"
      "BEGIN;\nSELECT pg_catalog.lo_open('1', 131072);\nCOMMIT;\n\\unrestrict x\n");
  Server server(BesideTarget());
  auto snapshot = LoadSqlFiles(server, {folder.path}, {});
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  CHECK(snapshot->schema->table_size() == 2);
  REQUIRE(snapshot->schema->materialized_view_size() == 2);
  CHECK_FALSE(snapshot->schema->materialized_view(0).no_data());
  CHECK(snapshot->schema->materialized_view(1).no_data());
  const std::vector<std::string> notes = server.notes();
  REQUIRE(notes.size() == 1);
  CHECK(notes[0] == "the rows of 3 relations in the dump are left out: only schemas are compared");
}

TEST_CASE("a DROP of what is missing is an error outside of a dump's head") {
  Folder folder;
  folder.Add("late.sql", "-- PostgreSQL database dump\nCREATE TABLE t (a int);\nDROP TABLE u;\n");
  folder.Add("plain.sql", "DROP TABLE u;\n");
  Server server(BesideTarget());
  for (const char* file : {"late.sql", "plain.sql"}) {
    CAPTURE(file);
    absl::Status status = LoadSqlFiles(server, {absl::StrCat(folder.path, "/", file)}, {}).status();
    CHECK(absl::StrContains(status.message(), "table \"u\" does not exist"));
  }
}

TEST_CASE("errors have the file and the line") {
  Folder folder;
  folder.Add("bad.sql", "CREATE TABLE t (a int);\n\n-- comment\nCREATE TABLE u (a nosuch);\n");
  folder.Add("copy.sql", "CREATE TABLE t (a int);\nCOPY public.t (a) FROM stdin;\n1\n");
  folder.Add("meta.sql", "CREATE TABLE t (a int);\n\\connect other\n");
  Server server(BesideTarget());
  struct Row {
    const char* file;
    const char* words;
  };
  for (const Row& row : {Row{"bad.sql", "bad.sql:4: "}, Row{"copy.sql", "copy.sql: line 2: "},
                         Row{"meta.sql", "meta.sql: line 2: \\connect "}}) {
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
