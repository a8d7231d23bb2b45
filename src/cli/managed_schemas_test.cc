// Only some schemas are managed: what refers to the others, and what the others refer to.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/cli/command.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

constexpr char kDatabase[] = R"s(
CREATE SCHEMA base; CREATE SCHEMA lib; CREATE SCHEMA shop; CREATE SCHEMA reports;
CREATE EXTENSION hstore SCHEMA lib; CREATE EXTENSION pg_trgm SCHEMA lib;
CREATE DOMAIN base.code AS text CHECK (VALUE <> '');
CREATE TYPE base.size AS (width integer, label base.code);
CREATE TYPE base.span AS RANGE (subtype = integer);
CREATE SEQUENCE base.numbers;
CREATE TABLE base.owner (id integer PRIMARY KEY, mail text UNIQUE, code base.code DEFAULT 'x');
CREATE TABLE base.noted (id integer PRIMARY KEY, note text DEFAULT 'n' CHECK (note <> ''));
CREATE TABLE base.event (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE FUNCTION base.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION base.good(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
CREATE FUNCTION base.add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE OPERATOR base.<+> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = base.add);
CREATE AGGREGATE base.total(integer) (SFUNC = base.add, STYPE = integer, INITCOND = '0');
CREATE VIEW base.mails AS SELECT id, mail FROM base.owner;
CREATE MATERIALIZED VIEW base.counted AS SELECT count(*) AS n FROM base.owner;
CREATE TABLE shop.item (
  id integer PRIMARY KEY DEFAULT nextval('base.numbers'), code base.code, sizes base.size[],
  span base.span, owner integer REFERENCES base.owner, mail text REFERENCES base.owner (mail),
  good boolean GENERATED ALWAYS AS (base.good(id)) STORED, CHECK (base.good(owner)),
  extra lib.hstore, price integer);
CREATE INDEX item_mail ON shop.item USING gin (mail lib.gin_trgm_ops);
CREATE TRIGGER stamp BEFORE INSERT ON shop.item FOR EACH ROW EXECUTE FUNCTION base.stamp();
CREATE TABLE shop.event_2030 PARTITION OF base.event
  FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
CREATE TABLE shop.noted (more integer) INHERITS (base.noted);
CREATE VIEW shop.sums AS SELECT m.mail, c.n, i.id OPERATOR(base.<+>) 1 AS next
  FROM base.mails m, base.counted c, shop.item i;
CREATE VIEW shop.totals AS SELECT base.total(price) AS total FROM shop.item;
CREATE FUNCTION shop.mails_of(base.owner, base.code) RETURNS SETOF base.mails
  LANGUAGE sql AS 'SELECT * FROM base.mails';
CREATE TYPE shop.state AS ENUM ('new', 'sold');
CREATE TABLE shop.sale (id integer PRIMARY KEY, amount integer, state shop.state, memo text);
CREATE VIEW reports.amounts AS SELECT id, amount FROM shop.sale;
CREATE VIEW reports.again AS SELECT * FROM reports.amounts;
CREATE TABLE reports.copy (sale integer REFERENCES shop.sale, state shop.state);
)s";

class Place {
 public:
  explicit Place(const std::string& schemas) {
    database.Run(kDatabase);
    setenv("DATABASE_URL", database.Url().c_str(), 1);
    setenv("AUTOGEN_CACHE_DIR", "cache", 1);
    std::filesystem::create_directory("versions");
    REQUIRE(WriteFile("autogen.txtpb",
                      absl::StrCat("url: \"${DATABASE_URL}\" model: \"m.txtpb\" versions: "
                                   "\"versions\" ",
                                   schemas),
                      Overwrite::kNever)
                .ok());
    REQUIRE(RunMain({"import", "-o", "m.txtpb"}).code == 0);
    imported = *ReadFile("m.txtpb");
  }
  ~Place() { unsetenv("DATABASE_URL"); }

  // The model as imported, with one text in the place of another.
  void Edit(const std::string& from, const std::string& to) const {
    REQUIRE(absl::StrContains(imported, from));
    REQUIRE(WriteFile("m.txtpb", absl::StrReplaceAll(imported, {{from, to}}), Overwrite::kReplace)
                .ok());
  }

  ScratchFolder folder;
  testing::TestDatabase database;
  std::string imported;
};

std::string Script() {
  auto files = ListFiles("versions", ".sql", true);
  REQUIRE(files.ok());
  REQUIRE(files->size() == 1);
  return *ReadFile(files->front());
}

constexpr char kIncluded[] = "include_schema: \"shop\"";
constexpr char kExcluded[] =
    "exclude_schema: \"base\" exclude_schema: \"l.b\" exclude_schema: \"reports\"";

TEST_CASE("what the managed schemas refer to is known, and no part of a script") {
  for (const char* schemas : {kIncluded, kExcluded}) {
    CAPTURE(schemas);
    Place place(schemas);
    CHECK_FALSE(absl::StrContains(place.imported, "extension {"));
    Outcome check = RunMain({"check"});
    CAPTURE(check.err);
    CHECK(check.code == 0);
    place.Edit("name: \"memo\" type: \"text\" }",
               "name: \"memo\" type: \"text\" }\n column { name: \"owner\" type: \"int\"\n"
               "references { schema: \"base\" table: \"owner\" column: \"id\" } }\n"
               "column { name: \"seen\" type: \"base.span\" }");
    Outcome written = RunMain({"-m", "owners"});
    CAPTURE(written.err);
    REQUIRE(written.code == 0);
    const std::string script = Script();
    CAPTURE(script);
    CHECK(absl::StrContains(script, "-- proof: PostgreSQL "));
    CHECK(absl::StrContains(script, "ALTER TABLE shop.sale ADD COLUMN owner integer"));
    for (const char* word : {"EXTENSION", "CREATE SCHEMA", "TABLE base.", "reports"}) {
      CHECK_FALSE(absl::StrContains(script, word));
    }
    CHECK(RunMain({"upgrade"}).code == 0);
    CHECK(RunMain({"check"}).code == 0);
    CHECK(RunMain({"downgrade", "base"}).code == 0);
    CHECK(WriteFile("m.txtpb", place.imported, Overwrite::kReplace).ok());
    CHECK(RunMain({"check"}).code == 0);
  }
}

TEST_CASE("what depends on a managed object is named before a script breaks it") {
  Place place(kIncluded);
  struct Row {
    const char* from;
    const char* to;
    std::vector<const char*> named;
  };
  for (const Row& row : {
           Row{"name: \"amount\" type: \"integer\"",
               "name: \"amount\" type: \"bigint\"",
               {"view reports.amounts, which depends on column shop.sale.amount",
                "view reports.again, which depends on view reports.amounts"}},
           Row{"label: \"new\" label: \"sold\"",
               "label: \"new\"",
               {"column reports.copy.state, which depends on enum shop.state"}},
           Row{"name: \"id\" type: \"integer\" primary_key: true }\n  column { name: \"amount\"",
               "name: \"id\" type: \"integer\" not_null: true }\n  column { name: \"amount\"",
               {"foreign key reports.copy.copy_sale_fkey, which depends on "}},
       }) {
    CAPTURE(row.to);
    place.Edit(row.from, row.to);
    Outcome refused = RunMain({"-m", "breaks"});
    CAPTURE(refused.err);
    CHECK(refused.code == 2);
    CHECK(ListFiles("versions", ".sql", true)->empty());
    Outcome check = RunMain({"check"});
    CHECK(check.code == 1);
    for (const char* named : row.named) {
      CHECK(absl::StrContains(refused.err, named));
      CHECK(absl::StrContains(check.err, absl::StrCat("warning: ", named)));
    }
  }
  place.Edit("name: \"memo\" type: \"text\"", "name: \"memo\" type: \"varchar\"");
  CHECK(RunMain({"check"}).err.find("warning") == std::string::npos);
  place.Edit("name: \"amount\" type: \"integer\"", "name: \"amount\" type: \"bigint\"");
  CHECK(RunMain({"-m", "breaks", "--no-proof"}).code == 0);
  CHECK(absl::StrContains(Script(), "-- not managed, and blocks this script: view reports.amounts"));
}

TEST_CASE("a schema that only the database has is named, once, until the configuration decides") {
  ScratchFolder folder;
  testing::TestDatabase database;
  database.Run(
      "CREATE SCHEMA shop; CREATE TABLE shop.t (a integer); CREATE SCHEMA audit; CREATE TABLE "
      "public.autogen_version (version_num text); CREATE SCHEMA ext; CREATE EXTENSION hstore "
      "SCHEMA ext");
  setenv("DATABASE_URL", database.Url().c_str(), 1);
  setenv("AUTOGEN_CACHE_DIR", "cache", 1);
  REQUIRE(WriteFile("m.txtpb",
                    "schema { name: \"shop\" } table { schema: \"shop\" name: \"t\" column { "
                    "name: \"a\" type: \"integer\" } }",
                    Overwrite::kNever)
              .ok());
  auto named = [](const std::string& schemas) {
    REQUIRE(WriteFile("autogen.txtpb",
                      absl::StrCat("url: \"${DATABASE_URL}\" model: \"m.txtpb\" ", schemas),
                      Overwrite::kReplace)
                .ok());
    Outcome check = RunMain({"check"});
    CAPTURE(check.err);
    CHECK(check.code == 0);
    const size_t at = check.err.find("not managed: ");
    CHECK(check.err.find("not managed: ", at + 1) == std::string::npos);
    return at == std::string::npos ? "" : check.err.substr(at, check.err.find(',', at) - at);
  };
  CHECK(named("") == "not managed: schemas audit");
  CHECK(named("exclude_schema: \"ext\"") == "not managed: schema audit");
  CHECK(named("exclude_schema: \"audit|e.t\"").empty());
  CHECK(named("include_schema: \"shop\"").empty());
  database.Run("CREATE TABLE public.orders (a integer)");
  CHECK(named("exclude_schema: \"audit\" exclude_schema: \"ext\"") == "not managed: schema public");
  unsetenv("DATABASE_URL");
}

TEST_CASE("without a database a model says itself what is there") {
  ScratchFolder folder;
  setenv("AUTOGEN_CACHE_DIR", "cache", 1);
  REQUIRE(WriteFile("autogen.txtpb",
                    "model: \"m.txtpb\" versions: \"v\" include_schema: \"public\"",
                    Overwrite::kNever)
              .ok());
  REQUIRE(WriteFile("m.txtpb",
                    "table { schema: \"base\" name: \"owner\" column { name: \"id\" type: "
                    "\"integer\" primary_key: true } }\nextension { name: \"hstore\" schema: "
                    "\"lib\" }\n"
                    "table { name: \"item\" column { name: \"extra\" type: \"lib.hstore\" } column "
                    "{ name: \"owner\" type: \"integer\" references { schema: \"base\" table: "
                    "\"owner\" column: \"id\" } } }",
                    Overwrite::kNever)
              .ok());
  Outcome diff = RunMain({"diff", "--from", "empty", "--to", "m.txtpb"});
  CAPTURE(diff.err);
  CHECK(diff.code == 0);
  CHECK(absl::StrContains(diff.out, "CREATE TABLE public.item"));
  CHECK_FALSE(absl::StrContains(diff.out, "CREATE SCHEMA"));
  CHECK_FALSE(absl::StrContains(diff.out, "CREATE EXTENSION"));
  CHECK_FALSE(absl::StrContains(diff.out, "CREATE TABLE base.owner"));
  CHECK(absl::StrContains(diff.err, "not managed (include_schema, exclude_schema): base, lib"));
}

TEST_CASE("an extension crosses the border by SET SCHEMA") {
  Place place(kIncluded);
  place.database.Run("CREATE EXTENSION citext SCHEMA shop");
  REQUIRE(
      WriteFile("m.txtpb",
                absl::StrCat(place.imported, "\nextension { name: \"citext\" schema: \"lib\" }\n"),
                Overwrite::kReplace)
          .ok());
  Outcome written = RunMain({"-m", "move"});
  CAPTURE(written.err);
  REQUIRE(written.code == 0);
  const std::string script = Script();
  CAPTURE(script);
  CHECK(absl::StrContains(script, "ALTER EXTENSION citext SET SCHEMA lib;"));
  CHECK(absl::StrContains(script, "ALTER EXTENSION citext SET SCHEMA shop;"));
  CHECK_FALSE(absl::StrContains(script, "DROP"));
  CHECK_FALSE(absl::StrContains(script, "CREATE"));
  CHECK(RunMain({"upgrade"}).code == 0);
  CHECK(RunMain({"check"}).code == 0);
}

}  // namespace
}  // namespace autogen::cli
