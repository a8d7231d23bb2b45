#include "src/introspect/introspect.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/introspect/test_read.h"
#include "tests/support/schemas.h"
#include "tests/support/server.h"

namespace autogen::introspect {
namespace {

using testing::TestDatabase;
using testing::TestServer;

TEST_CASE("schemas are chosen by names and by patterns") {
  TestDatabase database;
  database.Run(
      "CREATE SCHEMA a_one; CREATE SCHEMA a_two; CREATE SCHEMA \"b.c\"; CREATE SCHEMA \"it's\"");
  struct Case {
    std::vector<std::string> include, exclude, expected;
  };
  const Case cases[] = {
      {{}, {}, {"a_one", "a_two", "b.c", "it's", "public"}},
      {{"a_one"}, {}, {"a_one"}},
      {{"b\\.c", "it's"}, {}, {"b.c", "it's"}},
      {{"a_.*"}, {"a_two"}, {"a_one"}},
      {{}, {"a_.*", "public"}, {"b.c", "it's"}},
      {{"A_ONE", "a_"}, {}, {}},
      {{"none.*"}, {}, {}},
      {{"pg_.*", "information_schema"}, {}, {}},
  };
  for (const Case& c : cases) {
    Options options;
    options.include = c.include;
    options.exclude = c.exclude;
    std::vector<std::string> names;
    const model::Snapshot snapshot = Read(database, options);
    for (const Namespace& n : snapshot.schema->schema()) names.push_back(n.name());
    CHECK(names == c.expected);
  }
}

TEST_CASE("an invalid regular expression is the user's mistake") {
  TestDatabase database;
  postgres::ConnectOptions connect;
  connect.url = database.Url();
  auto connection = postgres::Connection::Open(connect);
  REQUIRE(connection.ok());
  const absl::Status status = Introspect(*connection, Only("a(")).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(absl::StrContains(status.message(), "\"a(\""));
  // The connection is usable after it.
  CHECK(Introspect(*connection, {}).ok());
}

TEST_CASE("an introspection that was begun and given up leaves the connection as it was") {
  TestDatabase database;
  postgres::ConnectOptions connect;
  connect.url = database.Url();
  auto connection = postgres::Connection::Open(connect);
  REQUIRE(connection.ok());
  CHECK(Introspection::Begin(*connection, {}).ok());
  auto left = connection->Exec("SHOW search_path");
  REQUIRE_MESSAGE(left.ok(), left.status().ToString());
  CHECK(left->Text(0, 0) != "");
  REQUIRE(connection->Exec("CREATE TABLE writable (a integer)").ok());

  // What to read is known at the end.
  auto introspection = Introspection::Begin(*connection, {});
  REQUIRE(introspection.ok());
  auto snapshot = introspection->Finish(Only("publi."));
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  CHECK(snapshot->schema->table_size() == 1);
  CHECK(snapshot->database == database.name());
}

TEST_CASE("names that need quotes are read without them") {
  TestDatabase database;
  database.Run(R"(
    CREATE SCHEMA "a.b";
    CREATE COLLATION "a.b"."we""ird" (LOCALE = 'C');
    CREATE FUNCTION "a.b"."-"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE FUNCTION "a.b".abs(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';
    CREATE AGGREGATE "a.b".agg(int) (SFUNC = "a.b".abs, STYPE = int);
    CREATE TABLE "a.b".t (a text COLLATE "a.b"."we""ird", b text COLLATE "POSIX");
    CREATE INDEX ON "a.b".t (b COLLATE "a.b"."we""ird", a COLLATE "C");
    CREATE TRIGGER g AFTER UPDATE OF b, a ON "a.b".t EXECUTE FUNCTION "a.b"."-"();)");
  const model::Snapshot snapshot = Read(database);
  REQUIRE(snapshot.schema->table_size() == 1);
  const Table& table = snapshot.schema->table(0);
  CHECK(table.column(0).collation().schema() == "a.b");
  CHECK(table.column(0).collation().name() == "we\"ird");
  CHECK(table.column(1).collation().schema() == "pg_catalog");
  CHECK(table.column(1).collation().name() == "POSIX");
  REQUIRE(table.index_size() == 1);
  CHECK(table.index(0).key(0).collation().name() == "we\"ird");
  CHECK(table.index(0).key(1).collation().name() == "C");
  REQUIRE(table.trigger_size() == 1);
  CHECK(table.trigger(0).function().schema() == "a.b");
  CHECK(table.trigger(0).function().name() == "-");
  CHECK(table.trigger(0).update_of(0) == "b");
  CHECK(table.trigger(0).update_of(1) == "a");
  REQUIRE(snapshot.schema->aggregate_size() == 1);
  // PostgreSQL has functions of that name too.
  CHECK(snapshot.schema->aggregate(0).sfunc().schema() == "a.b");
  CHECK(snapshot.schema->aggregate(0).sfunc().name() == "abs");
  CHECK(snapshot.schema->aggregate(0).argument(0).type() == "integer");
}

TEST_CASE("owners and privileges are read where they are asked for, beyond what is usual") {
  TestDatabase database;
  database.Run(R"(
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'introspect_reader') THEN
        CREATE ROLE introspect_reader;
      END IF;
    END $$;
    CREATE SCHEMA app;
    CREATE TABLE app.t (a integer, b integer);
    GRANT SELECT, INSERT ON app.t TO introspect_reader;
    GRANT UPDATE ON app.t TO introspect_reader WITH GRANT OPTION;
    GRANT SELECT (b) ON app.t TO PUBLIC;
    CREATE TABLE app.untouched (a integer);
    CREATE TYPE app.e AS ENUM ();
    REVOKE USAGE ON TYPE app.e FROM PUBLIC;
    ALTER TYPE app.e OWNER TO introspect_reader;
    GRANT USAGE ON SCHEMA app TO introspect_reader;
    CREATE SEQUENCE app.s;
    GRANT USAGE ON SEQUENCE app.s TO introspect_reader;)");
  const model::Snapshot without = Read(database);
  for (const Table& table : without.schema->table()) {
    CHECK(table.grant_size() == 0);
    CHECK(table.owner().empty());
  }
  Options options;
  options.privileges = true;
  options.owners = true;
  const model::Snapshot snapshot = Read(database, options);
  const Schema& schema = *snapshot.schema;
  REQUIRE(schema.table_size() == 2);
  const Table& table = schema.table(0);
  REQUIRE(table.grant_size() == 2);
  CHECK(Print(table.grant(0)) ==
        "role: \"introspect_reader\"\nprivilege: \"INSERT\"\nprivilege: \"SELECT\"\n");
  CHECK(Print(table.grant(1)) ==
        "role: \"introspect_reader\"\nprivilege: \"UPDATE\"\ngrant_option: true\n");
  CHECK(table.revoke_size() == 0);
  CHECK(table.column(0).grant_size() == 0);
  REQUIRE(table.column(1).grant_size() == 1);
  CHECK(Print(table.column(1).grant(0)) == "role: \"PUBLIC\"\nprivilege: \"SELECT\"\n");
  CHECK(schema.table(1).grant_size() == 0);
  CHECK(schema.table(1).owner() == snapshot.current_user);
  REQUIRE(schema.enum__size() == 1);
  CHECK(schema.enum_(0).owner() == "introspect_reader");
  CHECK(schema.enum_(0).grant_size() == 0);
  REQUIRE(schema.enum_(0).revoke_size() == 1);
  CHECK(Print(schema.enum_(0).revoke(0)) == "role: \"PUBLIC\"\nprivilege: \"USAGE\"\n");
  REQUIRE(schema.sequence_size() == 1);
  CHECK(schema.sequence(0).grant_size() == 1);
  REQUIRE(schema.schema_size() == 2);
  CHECK(schema.schema(0).grant_size() == 1);
  // public as initdb leaves it.
  CHECK(Print(schema.schema(1)) == "name: \"public\"\n");
}

TEST_CASE("dependencies name the objects, and the field that makes a cycle") {
  TestDatabase database;
  database.Run(R"(
    CREATE TYPE mood AS ENUM ('a');
    CREATE TABLE t (id serial PRIMARY KEY, moods mood[], twice integer GENERATED ALWAYS AS (3) STORED);
    CREATE TABLE u (t_id integer REFERENCES t, row_of t);
    CREATE VIEW v AS SELECT id FROM t;)");
  const model::Snapshot snapshot = Read(database);
  std::vector<std::string> edges;
  for (const model::Dependency& d : snapshot.dependencies) {
    edges.push_back(absl::StrCat(model::Describe(d.dependent), " -> ",
                                 model::Describe(d.referenced), d.field.empty() ? "" : " by ",
                                 d.field));
  }
  CHECK(std::is_sorted(snapshot.dependencies.begin(), snapshot.dependencies.end()));
  for (const char* edge : {
           "sequence public.t_id_seq -> column public.t.id by owned_by",
           "column public.t.id -> sequence public.t_id_seq by default",
           "column public.t.moods -> enum public.mood",
           "column public.u.row_of -> table public.t",
           "foreign key public.u.u_t_id_fkey -> primary key public.t.t_pkey",
           "foreign key public.u.u_t_id_fkey -> column public.t.id",
           "view public.v -> column public.t.id",
       }) {
    CAPTURE(edge);
    CHECK(std::count(edges.begin(), edges.end(), edge) == 1);
  }
  Options options;
  options.dependencies = false;
  CHECK(Read(database, options).dependencies.empty());
}

TEST_CASE("what belongs to an extension or to autogen itself is left out") {
  TestDatabase database;
  database.Run(R"(
    CREATE EXTENSION citext;
    CREATE TABLE autogen_version (version_num varchar(32) PRIMARY KEY, at serial);
    CREATE TABLE t (a citext);)");
  Options options;
  options.own_tables = {{"", "autogen_version"}};
  const model::Snapshot snapshot = Read(database, options);
  REQUIRE(snapshot.schema->table_size() == 1);
  CHECK(snapshot.schema->table(0).column(0).type() == "public.citext");
  CHECK(snapshot.schema->sequence_size() == 0);
  REQUIRE(snapshot.schema->extension_size() == 1);
  CHECK(snapshot.schema->extension(0).name() == "citext");
  CHECK(snapshot.unmanaged.empty());
}

TEST_CASE("what no reader takes is named") {
  TestDatabase database;
  database.Run(
      "CREATE TYPE shell; COMMENT ON TYPE shell IS 'nothing';"
      "CREATE TABLE t (a integer CONSTRAINT k UNIQUE); COMMENT ON INDEX k IS 'of the index';"
      "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
      "CREATE EXTENSION hstore; ALTER FUNCTION f() DEPENDS ON EXTENSION hstore;");
  std::vector<std::string> found;
  const model::Snapshot snapshot = Read(database);
  for (const model::Unmanaged& u : snapshot.unmanaged) {
    found.push_back(absl::StrCat(u.what, " ", u.name));
  }
  CHECK(found == std::vector<std::string>{"comment on an internal object unique public.t.k",
                                          "function that depends on extension hstore public.f()"});
  REQUIRE(snapshot.schema->base_type_size() == 1);
  CHECK(snapshot.schema->base_type(0).name() == "shell");
}

TEST_CASE("a role without rights on any object reads the same") {
  TestDatabase database;
  database.Run(Fixture("tables"));
  database.Run(R"(DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'introspect_nobody') THEN
      CREATE ROLE introspect_nobody;
    END IF;
  END $$)");
  postgres::ConnectOptions connect;
  connect.url = database.Url();
  auto connection = postgres::Connection::Open(connect);
  REQUIRE(connection.ok());
  Options options;
  options.privileges = options.owners = true;
  auto superuser = Introspect(*connection, options);
  REQUIRE(superuser.ok());
  REQUIRE(connection->Exec("SET SESSION AUTHORIZATION introspect_nobody").ok());
  auto nobody = Introspect(*connection, options);
  REQUIRE_MESSAGE(nobody.ok(), nobody.status().ToString());
  CHECK(nobody->current_user == "introspect_nobody");
  CHECK(Print(*nobody->schema) == Print(*superuser->schema));
}

TEST_CASE("the real schemas are read whole, twice the same") {
  for (const std::string& path : testing::RealSchemas()) {
    CAPTURE(path);
    TestDatabase database;
    REQUIRE(testing::LoadFile(database, path).ok());
    const model::Snapshot snapshot = Read(database);
    CHECK(snapshot.schema->table_size() ==
          std::stoi(testing::QueryText(
              database.Url(),
              "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
              "WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_|^information_schema$'")));
    for (const model::Unmanaged& u : snapshot.unmanaged) FAIL_CHECK(u.what, " ", u.name);
    CHECK(Print(*Read(database).schema) == Print(*snapshot.schema));
  }
}

}  // namespace
}  // namespace autogen::introspect
