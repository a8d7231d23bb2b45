// What the model says of type changes, asked of a server: every type into every other.
#include "src/model/type_change.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/introspect/introspect.h"
#include "src/model/snapshot.h"
#include "src/postgres/connection.h"
#include "tests/support/server.h"

namespace autogen {
namespace {

constexpr char kTypes[] = R"sql(
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN plain AS text;
CREATE DOMAIN nested AS plain;
CREATE DOMAIN short AS varchar(5);
CREATE DOMAIN filled AS text CHECK (VALUE <> '');
CREATE DOMAIN above AS filled;
CREATE DOMAIN given AS integer NOT NULL;
CREATE DOMAIN number AS integer;
CREATE DOMAIN texts AS text[];
)sql";

const char* const kNames[] = {
    "text",
    "character varying",
    "character varying(5)",
    "character varying(9)",
    "character(5)",
    "character(9)",
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "numeric(10,2)",
    "numeric(12,2)",
    "numeric(12,3)",
    "numeric(10,0)",
    "real",
    "double precision",
    "boolean",
    "uuid",
    "bytea",
    "date",
    "time without time zone",
    "time(3) without time zone",
    "time with time zone",
    "timestamp without time zone",
    "timestamp(3) without time zone",
    "timestamp with time zone",
    "timestamp(3) with time zone",
    "timestamp(6) with time zone",
    "interval",
    "interval(3)",
    "interval(6)",
    "bit(3)",
    "bit(5)",
    "bit varying",
    "bit varying(3)",
    "bit varying(5)",
    "inet",
    "cidr",
    "json",
    "jsonb",
    "xml",
    "oid",
    "money",
    "int4range",
    "int8range",
    "point",
    "box",
    "lseg",
    "polygon",
    "path",
    "circle",
    "text[]",
    "integer[]",
    "bigint[]",
    "character varying[]",
    "character varying(5)[]",
    "character varying(9)[]",
    "numeric(10,2)[]",
    "numeric(12,2)[]",
    "timestamp without time zone[]",
    "timestamp with time zone[]",
    "public.mood",
    "public.mood[]",
    "public.plain",
    "public.nested",
    "public.short",
    "public.filled",
    "public.above",
    "public.given",
    "public.number",
    "public.texts",
    "public.plain[]",
};

struct Server {
  Server() {
    database.Run(kTypes);
    auto opened = postgres::Connection::Open({.url = database.Url()});
    REQUIRE(opened.ok());
    connection = std::make_unique<postgres::Connection>(*std::move(opened));
    auto snapshot = introspect::Introspect(*connection, {});
    REQUIRE(snapshot.ok());
    auto built = model::ToCatalog(*snapshot);
    REQUIRE(built.ok());
    catalog = *built;
  }
  void Run(const std::string& sql) const {
    absl::Status status = connection->Exec(sql).status();
    REQUIRE_MESSAGE(status.ok(), sql, ": ", status.message());
  }
  int64_t FileNode() const {
    return connection->Exec("SELECT pg_relation_filenode('t')")->Int(0, 0);
  }
  testing::TestDatabase database;
  std::unique_ptr<postgres::Connection> connection;
  std::shared_ptr<const model::Catalog> catalog;
};

// Whether PostgreSQL rewrites the table; nothing where it refuses.
std::optional<bool> Rewrites(const Server& server, const std::string& after,
                             const std::string& cast) {
  const int64_t before = server.FileNode();
  const std::string sql = absl::StrCat("ALTER TABLE t ALTER COLUMN a TYPE ", after,
                                       cast.empty() ? "" : absl::StrCat(" USING a", cast));
  if (!server.connection->Exec(sql).ok()) return std::nullopt;
  return server.FileNode() != before;
}

TEST_CASE("a type change rewrites the table where the model says so, and its cast is taken") {
  const Server server;
  for (const char* before : kNames) {
    for (const char* after : kNames) {
      if (before == after) continue;
      const model::TypeChange change = model::DescribeTypeChange(
          before, after, false, server.catalog.get(), server.catalog.get());
      for (const char* zone : {"UTC", "Asia/Kolkata"}) {
        server.Run(absl::StrCat("BEGIN; SET LOCAL TimeZone = '", zone, "'; CREATE TABLE t (a ",
                                before, ")"));
        const std::optional<bool> rewrites = Rewrites(server, after, change.cast);
        server.Run("ROLLBACK");
        const bool said =
            change.work == model::RowWork::kRewrite ||
            (change.work == model::RowWork::kRewriteUnlessUtc && std::string(zone) != "UTC");
        CAPTURE(std::string(zone));
        CHECK_MESSAGE(rewrites.has_value(), std::string(before), " -> ", std::string(after),
                      ": USING a", change.cast, " is refused");
        if (rewrites.has_value()) {
          CHECK_MESSAGE(*rewrites == said, std::string(before), " -> ", std::string(after), " in ",
                        std::string(zone), ": rewrites is ", *rewrites);
        }
      }
    }
  }
}

TEST_CASE(
    "a change of type that rewrites nothing reads the table for the checks and indexes named") {
  struct Row {
    const char* name;
    const char* table;
    int64_t scans;
  };
  const Row rows[] = {
      {"nothing", "a varchar(5), b text", 0},
      {"a check", "a varchar(5) CHECK (a <> ''), b text", 1},
      {"a check of both", "a varchar(5), b text, CHECK (b <> a)", 1},
      {"a check of another column", "a varchar(5), b text CHECK (b <> '')", 0},
      {"a check that is not valid",
       "a varchar(5), b text); ALTER TABLE t ADD CHECK (a <> '') NOT "
       "VALID; COMMENT ON TABLE t IS ''; SELECT (1",
       0},
      {"an index", "a varchar(5), b text); CREATE INDEX ON t (a, b", 0},
      {"an index of an expression", "a varchar(5), b text); CREATE INDEX ON t (lower(a)", 1},
      {"an index of its part", "a varchar(5), b text); CREATE INDEX ON t (a) WHERE (b > 'x'", 1},
      {"a condition on it", "a varchar(5), b text); CREATE INDEX ON t (b) WHERE (a > 'x'", 1},
      {"an expression beside it", "a varchar(5), b text); CREATE INDEX ON t (a, lower(b)", 1},
      {"another's expression", "a varchar(5), b text); CREATE INDEX ON t (lower(b)", 0},
      {"a unique key", "a varchar(5) UNIQUE, b text", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    const Server server;
    server.Run(absl::StrCat("CREATE TABLE t (", row.table, ")"));
    auto snapshot = introspect::Introspect(*server.connection, {});
    REQUIRE(snapshot.ok());
    REQUIRE(snapshot->schema->table_size() == 1);
    CHECK(model::ScannedFor(snapshot->schema->table(0), "a").size() ==
          static_cast<size_t>(row.scans));
    server.Run("BEGIN");
    constexpr char kScans[] = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 't'";
    const int64_t before = server.connection->Exec(kScans)->Int(0, 0);
    server.Run("ALTER TABLE t ALTER COLUMN a TYPE varchar(9)");
    CHECK(server.connection->Exec(kScans)->Int(0, 0) - before == row.scans);
    server.Run("ROLLBACK");
  }
}

}  // namespace
}  // namespace autogen
