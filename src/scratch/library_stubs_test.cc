#include "src/scratch/library_stubs.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/scratch/build.h"
#include "src/scratch/server.h"

namespace autogen::scratch {
namespace {

absl::Status Run(Database& database, const std::vector<std::string>& statements) {
  std::vector<Step> steps;
  for (const std::string& sql : statements) steps.push_back({sql, "", "public"});
  return Build(database, steps);
}

const Function* Find(const Schema& schema, const std::string& name) {
  for (const Function& f : schema.function()) {
    if (f.name() == name) return &f;
  }
  return nullptr;
}

TEST_CASE("routines of libraries that are not loaded are built anyway, and read back") {
  Server server(Options{});
  auto database = server.Create();
  REQUIRE_MESSAGE(database.ok(), database.status().ToString());
  const absl::Status built = Run(
      **database,
      {"CREATE FUNCTION public.away(int) RETURNS int LANGUAGE c STRICT IMMUTABLE AS "
       "'/usr/lib/x.so', 'away_v2'",
       "CREATE FUNCTION public.bare() RETURNS trigger AS 'my_module' LANGUAGE C SECURITY DEFINER",
       "CREATE FUNCTION public.missing() RETURNS SETOF text LANGUAGE c AS "
       "'$libdir/hstore', 'no_such_symbol'",
       "CREATE PROCEDURE public.p(inout x text) LANGUAGE c SET search_path TO a, b AS "
       "'it''s odd: \\x', 'sym:bol'",
       // What is built on them.
       "CREATE TABLE public.t (a int, CHECK (public.away(a) > 0))",
       "CREATE INDEX i ON public.t (public.away(a))",
       "CREATE TRIGGER tr BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.bare()"});
  REQUIRE_MESSAGE(built.ok(), built.ToString());
  const absl::Status more = Run(
      **database,
      {"CREATE FUNCTION public.both(int, int) RETURNS bool LANGUAGE c AS '/usr/lib/x.so', 'both'",
       "CREATE OPERATOR public.@@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = public.both)",
       "CREATE TYPE public.label",
       "CREATE FUNCTION public.label_in(cstring) RETURNS public.label LANGUAGE c AS 'labels'",
       "CREATE FUNCTION public.label_out(public.label) RETURNS cstring LANGUAGE c AS 'labels'",
       "CREATE TYPE public.label (INPUT = public.label_in, OUTPUT = public.label_out)",
       "CREATE FUNCTION public.valid(text[], oid) RETURNS void LANGUAGE c AS 'fdw', 'valid'",
       "CREATE FOREIGN DATA WRAPPER w VALIDATOR public.valid OPTIONS (a 'b')",
       "CREATE FUNCTION public.acc(internal, int) RETURNS internal LANGUAGE c AS 'agg', 'acc'",
       "CREATE FUNCTION public.sum_up(internal) RETURNS int LANGUAGE c AS 'agg', 'sum_up'",
       "CREATE AGGREGATE public.total(int) (SFUNC = public.acc, STYPE = internal, FINALFUNC = "
       "public.sum_up)",
       "CREATE OR REPLACE FUNCTION public.away(int) RETURNS int LANGUAGE c STRICT IMMUTABLE AS "
       "'/usr/lib/y.so', 'away_v3'"});
  REQUIRE_MESSAGE(more.ok(), more.ToString());

  auto snapshot = ReadBack(**database, {});
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  const Schema& schema = *snapshot->schema;
  auto check = [&](const std::string& name, const std::string& library, const std::string& symbol,
                   int settings) {
    CAPTURE(name);
    const Function* f = Find(schema, name);
    REQUIRE(f != nullptr);
    CHECK(f->language() == "c");
    CHECK(f->library() == library);
    CHECK(f->body() == symbol);
    CHECK(f->set_size() == settings);
  };
  check("away", "/usr/lib/y.so", "away_v3", 0);
  check("bare", "my_module", "bare", 0);
  check("missing", "$libdir/hstore", "no_such_symbol", 0);
  check("p", "it's odd: \\x", "sym:bol", 1);
  check("label_in", "labels", "label_in", 0);
  check("valid", "fdw", "valid", 0);
  check("acc", "agg", "acc", 0);
  CHECK(Find(schema, "bare")->security_definer());
  // Nothing is loaded, and a call is an error.
  const absl::Status called =
      (*database)->connection().Exec("INSERT INTO public.t VALUES (1)").status();
  CHECK(absl::StrContains(called.message(), "shell type"));

  database->reset();
  int named = 0;
  for (const std::string& note : server.notes()) {
    named += absl::StrContains(note,
                               "not proved: routine public.away of /usr/lib/y.so, a library "
                               "of no extension that is known to be harmless");
    named += absl::StrContains(note,
                               "not proved: routine public.missing of $libdir/hstore, a "
                               "library that cannot be loaded here");
  }
  CHECK(named == 2);
}

TEST_CASE("a model cannot say what only a stub may say") {
  Server server(Options{});
  auto database = server.Create();
  REQUIRE_MESSAGE(database.ok(), database.status().ToString());
  const std::string secret(32, 'a');
  const absl::Status built =
      Run(**database,
          {absl::StrCat("CREATE FUNCTION public.f(cstring) RETURNS int LANGUAGE internal SET "
                        "autogen.stands_for TO '",
                        secret, ":2f78:66' AS 'int4in'"),
           absl::StrCat("CREATE FUNCTION public.g() RETURNS int LANGUAGE sql SET "
                        "autogen.stands_for TO '",
                        secret, ":2f78:66' AS 'SELECT 1'")});
  REQUIRE_MESSAGE(built.ok(), built.ToString());
  auto snapshot = ReadBack(**database, {});
  REQUIRE(snapshot.ok());
  for (const char* name : {"f", "g"}) {
    CHECK(Find(*snapshot->schema, name)->language() != "c");
    CHECK(Find(*snapshot->schema, name)->set_size() == 1);
  }
}

}  // namespace
}  // namespace autogen::scratch
