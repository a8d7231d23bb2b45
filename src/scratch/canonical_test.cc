#include "src/scratch/canonical.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/model/equivalent_text.h"
#include "src/model/load.h"
#include "src/scratch/build.h"
#include "src/scratch/prove.h"
#include "tests/support/server.h"

namespace autogen::scratch {
namespace {

// A server beside the test database, with a cache of its own.
class Bench {
 public:
  Bench() {
    folder_ = "/tmp/autogen-canonical-test-XXXXXX";
    REQUIRE(mkdtemp(folder_.data()) != nullptr);
    chmod(folder_.c_str(), 0711);
    Options options;
    options.url = testing::TestServer::Get().Url();
    options.disposable = true;
    options.cache_folder = folder_;
    server = std::make_unique<Server>(options);
  }
  ~Bench() {
    server.reset();
    std::filesystem::remove_all(folder_);
  }
  std::unique_ptr<Server> server;

 private:
  std::string folder_;
};

std::shared_ptr<Schema> Model(const std::string& text) {
  auto model = model::LoadModelText("test.txtpb", text);
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  return *model;
}

model::Snapshot Canonical(Server& server, const std::string& text) {
  CanonicalOptions options;
  options.server_version = testing::TestServer::Get().version();
  auto snapshot = Canonicalise(server, Model(text), options);
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  return *std::move(snapshot);
}

constexpr char kHandWritten[] = R"pb(
  schema { name: "public" }
  schema { name: "app" comment: "ours" }
  enum { schema: "app" name: "mood" label: "sad" label: "happy" }
  table {
    name: "people"
    comment: "Everyone"
    column { name: "id" type: "int" primary_key: true }
    column {
      name: "name"
      type: "character varying (50)"
      default: "'nobody'"
      not_null: true
      comment: "full"
    }
    column { name: "born" type: "timestamptz" default: "now()" renamed_from: "birth" }
    check { name: "named" expression: "length( name )>0 AND name IN ('a','b')" }
    index {
      name: "people_lower"
      key { expression: "LOWER(name)" }
      where: "name <> 'x'"
    }
  }
  table {
    schema: "app"
    name: "moods"
    column { name: "person" type: "int4" }
    column { name: "mood" type: "mood" default: "'sad'" }
    foreign_key {
      name: "fk"
      column: "person"
      references { table: "people" }
    }
    policy { name: "own" role: "no_such_role" using: "person=1" }
  }
  view { schema: "app" name: "sad" definition: "select m.person from moods m where mood='sad'" }
  function {
    name: "twice"
    argument { name: "x" type: "int" }
    returns: "int"
    language: "sql"
    body: "SELECT x * 2"
    renamed_from: "double"
  }
)pb";

TEST_CASE("an inherited column that has but a comment of its own keeps it") {
  Bench bench;
  auto canonical = Canonicalise(*bench.server,
                                Model("table { name: \"p\" column { name: \"a\" type: \"int\" } } "
                                      "table { name: \"c\" inherits { name: \"p\" } "
                                      "column { name: \"a\" inherited: true comment: \"ours\" } }"),
                                {});
  REQUIRE_MESSAGE(canonical.ok(), canonical.status().ToString());
  for (const Table& table : canonical->schema->table()) {
    if (table.name() == "c") CHECK(table.column(0).comment() == "ours");
  }
}

TEST_CASE("a hand-written model is returned in canonical form, with its hints and comments") {
  Bench bench;
  model::Snapshot s = Canonical(*bench.server, kHandWritten);
  REQUIRE(s.schema->table_size() == 2);
  const Table* people = nullptr;
  const Table* moods = nullptr;
  for (const Table& t : s.schema->table()) (t.name() == "people" ? people : moods) = &t;
  REQUIRE(people != nullptr);
  CHECK(people->comment() == "Everyone");
  CHECK(people->column(0).type() == "integer");
  CHECK(people->column(1).type() == "character varying(50)");
  CHECK(people->column(1).default_() == "'nobody'::character varying");
  CHECK(people->column(1).comment() == "full");
  CHECK(people->column(2).type() == "timestamp with time zone");
  CHECK(people->column(2).renamed_from() == "birth");
  CHECK(people->index(0).key(0).expression() == "lower((name)::text)");
  REQUIRE(moods != nullptr);
  CHECK(moods->column(1).type() == "app.mood");
  CHECK(moods->column(1).default_() == "'sad'::app.mood");
  CHECK(moods->policy(0).role(0) == "no_such_role");
  CHECK(moods->policy(0).using_() == "person = 1");
  CHECK(s.schema->function(0).renamed_from() == "double");
  CHECK(s.schema->function(0).argument(0).type() == "integer");
  CHECK(absl::StrContains(s.schema->view(0).definition(), "app.moods"));
  CHECK_FALSE(s.dependencies.empty());
  for (const Namespace& n : s.schema->schema()) {
    if (n.name() == "app") CHECK(n.comment() == "ours");
  }
}

TEST_CASE("a model that was built before touches no server") {
  Bench bench;
  model::Snapshot first = Canonical(*bench.server, kHandWritten);
  Options options = bench.server->options();
  Server fresh(options);
  model::Snapshot second = Canonical(fresh, kHandWritten);
  CHECK(fresh.version() == 0);  // nothing was asked of it
  CHECK(second.schema->SerializeAsString() == first.schema->SerializeAsString());
  CHECK(second.dependencies == first.dependencies);
  Canonical(fresh, absl::StrCat(kHandWritten,
                                "table { name: \"more\" column { name: \"a\" type: \"int\" } }"));
  CHECK(fresh.version() != 0);
}

TEST_CASE("a model that the server refuses names the object") {
  Bench bench;
  CanonicalOptions options;
  auto s = Canonicalise(*bench.server,
                        Model("schema { name: \"public\" } table { name: \"t\" column { name: "
                              "\"a\" type: \"nosuch\" } }"),
                        options);
  CHECK(s.status().code() == absl::StatusCode::kNotFound);
  CHECK_MESSAGE(absl::StrContains(s.status().message(), "public.t"), s.status().message());
}

TEST_CASE("one meaning in several forms is no difference") {
  Bench bench;
  // As IN comes out the first time, and as that comes out when it is run again.
  const std::string model =
      "schema { name: \"public\" } table { name: \"t\" column { name: \"a\" type: \"varchar(9)\" } "
      "check { name: \"c\" expression: \"a IN ('x', 'y')\" } }";
  model::Snapshot first = Canonical(*bench.server, model);
  auto second = TextsOfCopy(*bench.server, first, {});
  REQUIRE_MESSAGE(second.ok(), second.status().ToString());
  REQUIRE(model::TextsDiffer(*first.schema, *second->schema));
  for (const model::Snapshot* current : {&first, &*second}) {
    for (const std::shared_ptr<const Schema>& text :
         {std::shared_ptr<const Schema>(Model(model)), std::shared_ptr<const Schema>(first.schema),
          std::shared_ptr<const Schema>(second->schema)}) {
      CanonicalOptions options;
      options.server_version = testing::TestServer::Get().version();
      options.current = current;
      auto canonical = Canonicalise(*bench.server, text, options);
      REQUIRE_MESSAGE(canonical.ok(), canonical.status().ToString());
      CHECK(*Difference(*current, *canonical, diff::Options(diff::PostgresRules())) == "");
    }
  }
  // A true change is still one.
  CanonicalOptions options;
  options.current = &*second;
  std::string changed = model;
  changed.replace(changed.find("'y'"), 3, "'z'");
  auto canonical = Canonicalise(*bench.server, Model(changed), options);
  REQUIRE(canonical.ok());
  CHECK(*Difference(*second, *canonical, diff::Options(diff::PostgresRules())) != "");

  // Nor does a proof stumble over it.
  ProofRequest request;
  request.before = first;
  request.wanted = first;
  auto wanted = std::make_shared<Schema>(*first.schema);
  *wanted->add_table() = wanted->table(0);
  wanted->mutable_table(1)->set_name("u");
  request.wanted->schema = wanted;
  request.upgrade = {absl::StrCat("CREATE TABLE public.u (a varchar(9), CONSTRAINT c CHECK (",
                                  first.schema->table(0).check(0).expression(), "))")};
  request.downgrade = {"DROP TABLE public.u"};
  auto proof = Prove(*bench.server, request);
  REQUIRE_MESSAGE(proof.ok(), proof.status().ToString());
  CHECK_MESSAGE(proof->proved, proof->difference);
}

ProofRequest Request(Server& server, const std::string& before, const std::string& wanted,
                     std::vector<std::string> up, std::vector<std::string> down) {
  ProofRequest request;
  request.before = Canonical(server, before);
  request.wanted = Canonical(server, wanted);
  request.upgrade = std::move(up);
  request.downgrade = std::move(down);
  return request;
}

TEST_CASE("a proof tells a script that works from one that does not") {
  Bench bench;
  const std::string before =
      "schema { name: \"public\" } table { name: \"t\" column { name: \"a\" type: \"int\" } }";
  const std::string wanted =
      "schema { name: \"public\" } table { name: \"t\" column { name: \"a\" type: \"int\" } "
      "column { name: \"b\" type: \"text\" default: \"'x'\" } index { name: \"i\" column: \"b\" } "
      "}";
  struct Row {
    std::vector<std::string> up, down;
    const char* words;  // "" where it is proved
  };
  const std::string add = "ALTER TABLE public.t ADD COLUMN b text DEFAULT 'x'";
  const std::string index = "CREATE INDEX i ON public.t (b)";
  const std::string drop = "ALTER TABLE public.t DROP COLUMN b";
  const Row rows[] = {
      {{add, index}, {drop}, ""},
      {{add, "CREATE INDEX CONCURRENTLY i ON public.t (b)"}, {drop}, ""},
      {{add}, {drop}, "the upgrade does not lead to the expected schema"},
      {{index, add}, {drop}, "the upgrade fails"},
      {{"ALTER TABLE public.t ADD COLUMN b text DEFAULT 'y'", index},
       {drop},
       "the upgrade does not lead to the expected schema"},
      {{add, index}, {"DROP INDEX public.i"}, "the downgrade does not lead to the expected schema"},
      {{add, index}, {"DROP TABLE public.nosuch"}, "the downgrade fails"},
      {{add, index},
       {drop, "ALTER TABLE public.t ADD COLUMN z int"},
       "the downgrade does not lead to the expected schema"},
      {{add, index, "CREATE TABLE IF NOT EXISTS public.u (x int)"},
       {drop},
       "the upgrade does not lead to the expected schema"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    auto proof = Prove(*bench.server, Request(*bench.server, before, wanted, row.up, row.down));
    REQUIRE_MESSAGE(proof.ok(), proof.status().ToString());
    CHECK_MESSAGE(proof->proved == (*row.words == '\0'), proof->difference);
    CHECK_MESSAGE(absl::StrContains(proof->difference, row.words), proof->difference);
    CHECK(proof->server_version == testing::TestServer::Get().version());
  }
}

}  // namespace
}  // namespace autogen::scratch
