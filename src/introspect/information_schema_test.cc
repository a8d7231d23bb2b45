#include "src/introspect/information_schema.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "tests/support/schemas.h"
#include "tests/support/server.h"

namespace autogen::introspect {
namespace {

using testing::TestDatabase;
using testing::TestServer;

struct Both {
  std::shared_ptr<Schema> catalogs, witness;
};

Both ReadBoth(const TestDatabase& database) {
  postgres::ConnectOptions connect;
  connect.url = database.Url();
  auto connection = postgres::Connection::Open(connect);
  REQUIRE_MESSAGE(connection.ok(), connection.status().ToString());
  auto snapshot = Introspect(*connection, {});
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  auto witness = ReadInformationSchema(*connection, {});
  REQUIRE_MESSAGE(witness.ok(), witness.status().ToString());
  return {snapshot->schema, *witness};
}

void CheckAgreement(const TestDatabase& database) {
  const Both both = ReadBoth(database);
  CHECK(both.catalogs->table_size() > 0);
  const std::vector<std::string> lines =
      CompareWithInformationSchema(*both.catalogs, *both.witness);
  CHECK_MESSAGE(lines.empty(), absl::StrJoin(lines, "\n"));
}

TEST_CASE("information_schema and the catalogs agree on every fixture") {
  for (int version : {0, 14, 15, 18}) {
    if (version > TestServer::Get().version() / 10000) continue;
    CAPTURE(version);
    auto sql = ReadFile(absl::StrCat(AUTOGEN_SOURCE_DIR, "/tests/fixtures/everything/tables",
                                     version == 0 ? "" : absl::StrCat(".", version), ".sql"));
    REQUIRE(sql.ok());
    TestDatabase database;
    database.Run(*sql);
    CheckAgreement(database);
  }
}

TEST_CASE("information_schema and the catalogs agree on every type") {
  TestDatabase database;
  database.Run(R"(
    CREATE EXTENSION citext;
    CREATE DOMAIN "Odd Name" AS numeric(5,2);
    CREATE TYPE e AS ENUM ('a');
    CREATE TABLE t (
      a smallint, b bigint, c numeric, d numeric(7), e numeric(7,3), f real, g double precision,
      h varchar, i varchar(7), j char, k char(7), l bpchar, m text, n "char", o name,
      p bit, q bit(3), r varbit, s varbit(3),
      t time, u time(3), v timetz, w timetz(0), x timestamp, y timestamp(3), z timestamptz(6),
      aa interval, ab interval(2), ac interval day to second, ad interval day to second(1),
      ae interval year to month, af date, ag uuid, ah jsonb, ai bytea, aj inet, ak int4range,
      al integer[], am varchar(3)[], an e, ao e[], ap "Odd Name", aq citext, ar oid, as_ regclass,
      at_ tsvector, au xml, av money, aw boolean, ax point, ay "Odd Name"[]);)");
  CheckAgreement(database);
}

TEST_CASE("the comparison sees what differs") {
  TestDatabase one;
  one.Run(
      "CREATE TABLE a (x integer PRIMARY KEY DEFAULT 1, y varchar(5) CHECK (y <> ''));"
      "CREATE TABLE b (x integer REFERENCES a ON DELETE CASCADE)");
  TestDatabase two;
  two.Run(
      "CREATE TABLE a (x bigint PRIMARY KEY, y varchar(6) NOT NULL CHECK (y <> 'z'));"
      "CREATE TABLE b (x bigint REFERENCES a, z integer UNIQUE)");
  const std::vector<std::string> lines =
      CompareWithInformationSchema(*ReadBoth(one).catalogs, *ReadBoth(two).witness);
  const char* const expected[] = {
      R"~(public.a: check a_y_check: "(y)::text <> ''::text", the witness says "(y)::text <> 'z'::text")~",
      R"~(public.a: column x default: "1", the witness says "")~",
      R"~(public.a: column x type: "integer", the witness says "bigint")~",
      R"~(public.a: column y not_null: "false", the witness says "true")~",
      R"~(public.a: column y type: "character varying(5)", the witness says "character varying(6)")~",
      R"~(public.b: b_x_fkey on_delete: "CASCADE", the witness says "NO_ACTION")~",
      R"~(public.b: column x type: "integer", the witness says "bigint")~",
      R"~(public.b: columns: "x", the witness says "x, z")~",
      R"~(public.b: only the witness sees the column z)~",
      R"~(public.b: only the witness sees the unique b_z_key)~",
  };
  CHECK(absl::StrJoin(lines, "\n") == absl::StrJoin(expected, "\n"));
}

TEST_CASE("information_schema and the catalogs agree on the real schemas") {
  for (const std::string& path : testing::RealSchemas()) {
    CAPTURE(path);
    TestDatabase database;
    REQUIRE(testing::LoadFile(database, path).ok());
    CheckAgreement(database);
  }
}

}  // namespace
}  // namespace autogen::introspect
