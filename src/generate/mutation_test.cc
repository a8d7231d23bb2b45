// Faults of the renderer, made on purpose: each one must be found by the proof.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/generate/pipeline.h"
#include "src/introspect/introspect.h"
#include "src/postgres/connection.h"
#include "tests/support/server.h"

namespace autogen::generate {
namespace {

constexpr char kBefore[] = R"s(
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN email AS text;
CREATE TABLE person (id integer PRIMARY KEY, name varchar(20), born timestamp, old text);
CREATE TABLE pet (id integer, owner integer, kind text DEFAULT 'cat', weight integer);
CREATE INDEX pet_owner ON pet (owner);
CREATE VIEW old_people AS SELECT id, name FROM person WHERE born < '1950-01-01';
)s";

constexpr char kAfter[] = R"s(
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE SEQUENCE ticket START 100;
CREATE TABLE person (id integer PRIMARY KEY, name varchar(50) NOT NULL, born date,
  score integer DEFAULT 7, mail email);
CREATE TABLE pet (id integer, owner integer REFERENCES person ON DELETE CASCADE, kind text DEFAULT 'dog',
  weight integer, UNIQUE (id), CHECK (weight > 0));
CREATE TABLE visit (pet integer REFERENCES pet (id), at date NOT NULL DEFAULT '2026-01-31');
CREATE INDEX visit_at ON visit (at DESC);
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE INDEX person_score ON person (twice(id));
CREATE VIEW young_people AS SELECT id, name FROM person WHERE born > '1990-01-01';
COMMENT ON TABLE visit IS 'at the vet';
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON person USING (id > 0);
)s";

model::Snapshot ReadSchema(const std::string& sql) {
  testing::TestDatabase database;
  database.Run(sql);
  postgres::ConnectOptions options;
  options.url = database.Url();
  auto connection = postgres::Connection::Open(options);
  REQUIRE(connection.ok());
  auto snapshot = introspect::Introspect(*connection, {});
  REQUIRE(snapshot.ok());
  return *snapshot;
}

struct Mutant {
  std::string what;
  Comparison comparison;
};

using Statements = std::vector<render::Statement>;

// One mutant for each statement that is left out, in each direction.
void AddDropped(const Comparison& right, std::vector<Mutant>* mutants) {
  for (Statements Comparison::*side : {&Comparison::upgrade, &Comparison::downgrade}) {
    for (size_t i = 0; i < (right.*side).size(); ++i) {
      if ((right.*side)[i].operation < 0) continue;  // a setting of the session
      Mutant mutant{absl::StrCat("without ", (right.*side)[i].sql), right};
      Statements& statements = mutant.comparison.*side;
      statements.erase(statements.begin() + static_cast<long>(i));
      mutants->push_back(std::move(mutant));
    }
  }
}

// A text of a statement exchanged for another one.
void AddWrong(const Comparison& right, std::vector<Mutant>* mutants) {
  static constexpr std::pair<const char*, const char*> kWrong[] = {
      {"DEFAULT 7", "DEFAULT 8"},
      {"'dog'", "'hog'"},
      {"character varying(50)", "character varying(51)"},
      {"TYPE date", "TYPE timestamp with time zone"},
      {"ON DELETE CASCADE", "ON DELETE SET NULL"},
      {"weight > 0", "weight >= 0"},
      {"at DESC", "at"},
      {"n * 2", "n * 3"},
      {"IMMUTABLE", "STABLE"},
      {"'1990-01-01'", "'1991-01-01'"},
      {"at the vet", "at the vets"},
      {"START WITH 100", "START WITH 101"},
      {"id > 0", "id > 1"},
      {"BEFORE 'happy'", "BEFORE 'sad'"},
      {"'%@%'", "'%'"},
      {"SET NOT NULL", "DROP NOT NULL"},
      {"'2026-01-31'", "'2026-01-30'"},
      {"ENABLE ROW LEVEL", "FORCE ROW LEVEL"},
  };
  for (const auto& [from, to] : kWrong) {
    Mutant mutant{absl::StrCat(from, " written as ", to), right};
    bool found = false;
    for (render::Statement& s : mutant.comparison.upgrade) {
      if (found || !absl::StrContains(s.sql, from)) continue;
      s.sql = absl::StrReplaceAll(s.sql, {{from, to}});
      found = true;
    }
    CHECK_MESSAGE(found, from);
    mutants->push_back(std::move(mutant));
  }
}

// Two statements in the wrong order, where one needs the other.
void AddSwapped(const Comparison& right, std::vector<Mutant>* mutants) {
  static constexpr std::pair<const char*, const char*> kPairs[] = {
      {"CREATE TABLE public.visit", "CREATE INDEX visit_at"},
      {"CREATE FUNCTION public.twice", "CREATE INDEX person_score"},
      {"DROP VIEW public.old_people", "TYPE date"},
      {"TYPE date", "CREATE VIEW public.young_people"},
  };
  for (const auto& [first, second] : kPairs) {
    Mutant mutant{absl::StrCat(second, " before ", first), right};
    render::Statement* found[2] = {nullptr, nullptr};
    for (render::Statement& s : mutant.comparison.upgrade) {
      if (absl::StrContains(s.sql, first)) found[0] = &s;
      if (absl::StrContains(s.sql, second)) found[1] = &s;
    }
    REQUIRE(found[0] != nullptr);
    REQUIRE(found[1] != nullptr);
    std::swap(found[0]->sql, found[1]->sql);
    mutants->push_back(std::move(mutant));
  }
}

TEST_CASE("the proof finds every fault that is put into a script") {
  Pair pair{ReadSchema(kBefore), ReadSchema(kAfter), nullptr};
  scratch::Options scratch;
  scratch.url = testing::TestServer::Get().Url();
  scratch.disposable = true;
  Pipeline pipeline({}, scratch);
  auto right = pipeline.Compare(pair);
  REQUIRE(right.ok());
  auto proof = pipeline.Prove(pair, *right);
  REQUIRE(proof.ok());
  REQUIRE_MESSAGE(proof->proved, proof->difference);

  std::vector<Mutant> mutants;
  AddDropped(*right, &mutants);
  AddWrong(*right, &mutants);
  AddSwapped(*right, &mutants);
  CHECK(mutants.size() >= 50);
  size_t found = 0;
  for (const Mutant& mutant : mutants) {
    auto mutated = pipeline.Prove(pair, mutant.comparison);
    REQUIRE_MESSAGE(mutated.ok(), mutated.status().message());
    CHECK_MESSAGE(!mutated->proved, mutant.what);
    found += mutated->proved ? 0 : 1;
  }
  MESSAGE(found, " of ", mutants.size(), " faults found");
}

}  // namespace
}  // namespace autogen::generate
