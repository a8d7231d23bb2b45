#include "src/apply/version_lookup.h"

#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::TestDatabase;

// Roles are the server's: one for all tests, without rights of its own.
constexpr char kReader[] = "autogen_test_version_reader";

absl::StatusOr<FoundVersionTable> Find(const TestDatabase& database, const std::string& before = "",
                                       const std::string& schema = "") {
  absl::StatusOr<postgres::Connection> connection =
      postgres::Connection::Open({.url = database.Url()});
  REQUIRE(connection.ok());
  if (!before.empty()) REQUIRE(connection->Exec(before).status() == absl::OkStatus());
  return FindVersionTable(*connection, schema, "deployed", 0);
}

void CreateTables(const TestDatabase& database, const std::string& schema) {
  const VersionTable table(schema, "deployed");
  database.Run(absl::StrCat("CREATE SCHEMA IF NOT EXISTS ", schema, "; ", table.CreateTable(), "; ",
                            table.CreateLedger(), "; INSERT INTO ", table.Name(), " VALUES ('a')"));
}

TEST_CASE("the version table is found wherever it lies") {
  TestDatabase database;
  absl::StatusOr<FoundVersionTable> found = Find(database);
  REQUIRE(found.status() == absl::OkStatus());
  CHECK(!found->exists);
  CHECK(found->table.schema() == "public");

  CreateTables(database, "ops");
  for (const char* path :
       {"SET search_path = public", "SET search_path = ''", "SET search_path = ops, public",
        "CREATE SCHEMA other; SET search_path = other", "SET search_path = nowhere"}) {
    CAPTURE(path);
    found = Find(database, path);
    REQUIRE(found.status() == absl::OkStatus());
    CHECK(found->exists);
    CHECK(found->has_ledger);
    CHECK(found->table.schema() == "ops");
    CHECK(found->outside_search_path == !absl::StrContains(path, "ops"));
  }
  // A temporary table hides nothing.
  found = Find(database, "CREATE TEMP TABLE deployed (version_num text)");
  REQUIRE(found.status() == absl::OkStatus());
  CHECK(found->table.schema() == "ops");
}

TEST_CASE("two version tables are an error that names both, unless the schema is named") {
  TestDatabase database;
  CreateTables(database, "east");
  CreateTables(database, "west");
  const absl::Status status = Find(database).status();
  CHECK(absl::StrContains(status.message(), "east.deployed, west.deployed"));
  CHECK(absl::StrContains(status.message(), "version_table_schema"));
  CHECK(Find(database, "", "west")->table.schema() == "west");
  CHECK(!Find(database, "", "public")->exists);
}

TEST_CASE("of several version tables the only one that a role may read is its own") {
  TestDatabase database;
  CreateTables(database, "east");
  CreateTables(database, "west");
  database.Run(absl::StrCat("DO $$ BEGIN CREATE ROLE ", kReader,
                            "; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; "
                            "END $$; GRANT USAGE ON SCHEMA east TO ",
                            kReader, "; GRANT SELECT ON ALL TABLES IN SCHEMA east TO ", kReader));
  absl::StatusOr<FoundVersionTable> found = Find(database, absl::StrCat("SET ROLE ", kReader));
  REQUIRE(found.status() == absl::OkStatus());
  CHECK(found->table.schema() == "east");
  CHECK(!found->owned);
  database.Run(absl::StrCat("DROP OWNED BY ", kReader));
}

TEST_CASE("what could hide rows or change them on their way in is an error that says so") {
  struct Case {
    const char* sql;
    const char* message;
    const char* next;
  } cases[] = {
      {"ALTER TABLE public.deployed RENAME TO really; CREATE VIEW public.deployed AS TABLE "
       "public.really",
       "it is a view", "version_table"},
      {"CREATE RULE keep AS ON DELETE TO public.deployed DO INSTEAD NOTHING", "its rule keep",
       "DROP RULE keep ON public.deployed"},
      {"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE "
       "TRIGGER quiet BEFORE INSERT ON public.deployed FOR EACH ROW EXECUTE FUNCTION f()",
       "its trigger quiet", "DROP TRIGGER quiet ON public.deployed"},
      {"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE "
       "TRIGGER quiet BEFORE INSERT ON public.deployed_ledger FOR EACH ROW EXECUTE FUNCTION f()",
       "its trigger quiet", "DROP TRIGGER quiet ON public.deployed_ledger"},
      {"CREATE TABLE public.more () INHERITS (public.deployed)", "tables inherit from it",
       "NO INHERIT"},
      {"ALTER TABLE public.deployed SET UNLOGGED", "a crash would empty it", "SET LOGGED"},
      {"ALTER TABLE public.deployed RENAME COLUMN version_num TO v", "has no column version_num",
       "version_table"},
      {"ALTER TABLE public.deployed ALTER version_num TYPE name", "of type name", "version_table"},
      {"ALTER TABLE public.deployed ADD team text NOT NULL DEFAULT ''; ALTER TABLE public.deployed "
       "ALTER team DROP DEFAULT",
       "its column team must not be NULL", "version_table"},
      {"ALTER TABLE public.deployed_ledger DROP COLUMN state", "has no column state",
       "version_table"},
      {"DROP TABLE public.deployed; CREATE TABLE public.deployed (version_num text) PARTITION BY "
       "LIST (version_num)",
       "it is a partitioned table", "version_table"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.sql);
    TestDatabase database;
    CreateTables(database, "public");
    database.Run(c.sql);
    const absl::Status status = Find(database).status();
    CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(absl::StrContains(status.message(), c.message));
    CHECK(absl::StrContains(status.message(), c.next));
  }
}

TEST_CASE("row security is an error where it counts for the role, and none for the owner") {
  TestDatabase database;
  CreateTables(database, "public");
  database.Run(absl::StrCat(
      "DO $$ BEGIN CREATE ROLE ", kReader,
      "; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; ALTER TABLE "
      "deployed OWNER TO ",
      kReader, "; ALTER TABLE deployed_ledger OWNER TO ", kReader,
      "; ALTER TABLE deployed ENABLE ROW LEVEL SECURITY"));
  const std::string as_owner = absl::StrCat("SET ROLE ", kReader);
  CHECK(Find(database, as_owner).status() == absl::OkStatus());
  database.Run("ALTER TABLE deployed FORCE ROW LEVEL SECURITY");
  const absl::Status status = Find(database, as_owner).status();
  CHECK(absl::StrContains(status.message(), "ALTER TABLE public.deployed NO FORCE ROW LEVEL"));
  CHECK(Find(database).status() == absl::OkStatus());  // a superuser sees all
  database.Run(absl::StrCat("DROP OWNED BY ", kReader));
}

}  // namespace
}  // namespace autogen::apply
