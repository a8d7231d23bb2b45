// What a model can do in a private cluster: nothing but be built.
#include <stdlib.h>

#include <chrono>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "doctest/doctest.h"
#include "src/scratch/build.h"
#include "src/scratch/server.h"
#include "src/scratch/stubs.h"

namespace autogen::scratch {
namespace {

// One cluster for all of this file.
Server& Private() {
  static Server server(Options{});
  return server;
}

std::unique_ptr<Database> NewDatabase(Server& server = Private()) {
  auto database = server.Create();
  REQUIRE_MESSAGE(database.ok(), database.status().ToString());
  return *std::move(database);
}

std::string Value(postgres::Connection& connection, const std::string& sql) {
  auto result = connection.Exec(sql);
  REQUIRE_MESSAGE(result.ok(), result.status().ToString());
  return result->rows() == 0 ? "" : std::string(result->Text(0, 0));
}

absl::Status Run(Database& database, const std::vector<std::string>& statements) {
  std::vector<Step> steps;
  for (const std::string& sql : statements) steps.push_back({sql, "", "public"});
  return Build(database, steps);
}

TEST_CASE("the role of a scratch database may do nothing outside of it") {
  auto database = NewDatabase();
  postgres::Connection& c = database->connection();
  CHECK(Value(c,
              "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls "
              "FROM pg_roles WHERE rolname = current_user") == "f");
  CHECK(Value(c,
              "SELECT count(*) FROM pg_roles r WHERE rolname <> current_user AND rolname <> "
              "'pg_database_owner' AND pg_has_role(r.oid, 'MEMBER')") == "0");
  for (const char* sql :
       {"COPY (SELECT 1) TO PROGRAM 'true'", "COPY (SELECT 1) TO '/tmp/autogen-x'",
        "SELECT pg_read_file('/etc/passwd')", "SELECT pg_read_file('postgresql.conf')",
        "SELECT lo_import('/etc/passwd')", "SELECT lo_export(1, '/tmp/autogen-x')",
        "SELECT pg_ls_dir('/')", "ALTER SYSTEM SET work_mem = '1MB'", "CREATE DATABASE x",
        "CREATE ROLE x", "SELECT pg_reload_conf()", "CREATE EXTENSION file_fdw",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y'", "LOAD '/tmp/x'",
        "CREATE TABLESPACE x LOCATION '/tmp'", "SET SESSION AUTHORIZATION pg_monitor",
        "SELECT rolpassword FROM pg_authid"}) {
    CAPTURE(sql);
    CHECK_FALSE(c.Exec(sql).ok());
  }
}

TEST_CASE("a subscription is a row of the catalog, and connects to nothing") {
  auto database = NewDatabase();
  // Any of these would fail, or hang, if it connected.
  const std::vector<std::string> statements = {
      "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1 password=sesame' PUBLICATION \"P\"",
      "CREATE SUBSCRIPTION gone CONNECTION '${AUTOGEN_SECRET_X}' PUBLICATION p WITH (slot_name = "
      "'x', binary)",
      "COMMENT ON SUBSCRIPTION s IS 'x'",
      "ALTER SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1 password=sesame'",
      "ALTER SUBSCRIPTION s SET PUBLICATION p, q",
      "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
      "ALTER SUBSCRIPTION s DISABLE",
      "ALTER SUBSCRIPTION s SET (slot_name = NONE, synchronous_commit = local)",
      "ALTER SUBSCRIPTION s SET (slot_name = other)",
      "ALTER SUBSCRIPTION s ENABLE",
      "ALTER SUBSCRIPTION s OWNER TO subscriber",
      "ALTER SUBSCRIPTION s RENAME TO t",
      "DROP SUBSCRIPTION gone",
      "DROP SUBSCRIPTION IF EXISTS gone"};
  const absl::Status built = Run(*database, statements);
  REQUIRE_MESSAGE(built.ok(), built.ToString());
  CHECK(Value(database->reader(),
              "SELECT format('%s %s %s %s %s %s', subname, subenabled, subslotname, "
              "subpublications, subsynccommit, subowner::regrole) FROM pg_subscription WHERE "
              "subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())") ==
        "t t other {p,q} local subscriber");
  CHECK(Value(database->reader(),
              "SELECT count(*) FROM pg_subscription WHERE subconninfo ~ "
              "'host|sesame'") == "0");
  const absl::Status failed =
      Run(*database, {"CREATE SUBSCRIPTION t CONNECTION 'password=sesame' PUBLICATION p"});
  CHECK(postgres::SqlState(failed) == "42710");
  CHECK_FALSE(absl::StrContains(failed.message(), "sesame"));
  // What runs in the role's own session is refused.
  CHECK_FALSE(Run(*database, {"DO $$BEGIN EXECUTE 'CREATE SUBSCRIPTION u CONNECTION ''dbname=x'' "
                              "PUBLICATION p WITH (connect = false)'; END$$"})
                  .ok());
}

TEST_CASE("what only a superuser may do is done, and belongs to the role") {
  auto database = NewDatabase();
  absl::Status built = Run(
      *database,
      {"DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reports') THEN CREATE ROLE "
       "reports NOLOGIN; END IF; END$$",
       "CREATE ROLE postgres",
       "CREATE ROLE app LOGIN SUPERUSER PASSWORD 'x'",
       "ALTER ROLE app SET work_mem = '1MB'",
       "GRANT pg_execute_server_program TO app",
       "CREATE TABLE public.t (a int)",
       "ALTER TABLE public.t OWNER TO app",
       "ALTER TABLE public.t ADD COLUMN b int",
       "CREATE FUNCTION public.low() RETURNS int LANGUAGE sql LEAKPROOF SECURITY DEFINER AS "
       "'SELECT 1'",
       "CREATE FUNCTION public.in_(cstring) RETURNS int LANGUAGE internal STRICT AS 'int4in'",
       "CREATE FUNCTION public.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
       "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION public.e()",
       "ALTER EVENT TRIGGER e ENABLE ALWAYS",
       "CREATE TYPE public.pair AS (a int)",
       "CREATE CAST (public.pair AS text) WITH INOUT",
       "CREATE PUBLICATION p FOR ALL TABLES",
       "CREATE TYPE public.label",
       "CREATE FUNCTION public.label_in(cstring) RETURNS public.label LANGUAGE internal STRICT AS "
       "'textin'",
       "CREATE FUNCTION public.label_out(public.label) RETURNS cstring LANGUAGE internal STRICT AS "
       "'textout'",
       "CREATE TYPE public.label (INPUT = public.label_in, OUTPUT = public.label_out)",
       "CREATE AGGREGATE public.middle(double precision ORDER BY anyelement) (SFUNC = "
       "ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, "
       "FINALFUNC_EXTRA)",
       "CREATE TABLE public.elsewhere (a int) TABLESPACE \"fast disk\"",
       "CREATE TYPE public.whole",
       "CREATE FUNCTION public.whole_canonical(public.whole) RETURNS public.whole LANGUAGE "
       "internal "
       "STRICT IMMUTABLE AS 'int4range_canonical'",
       "CREATE TYPE public.whole AS RANGE (subtype = integer, canonical = public.whole_canonical)",
       "CREATE EXTENSION pageinspect",
       "CREATE FOREIGN DATA WRAPPER w",
       "CREATE SERVER s FOREIGN DATA WRAPPER w",
       "COMMENT ON EXTENSION pageinspect IS 'x'",
       "GRANT SELECT ON public.t TO pg_monitor, postgres",
       "DROP EVENT TRIGGER e"});
  REQUIRE_MESSAGE(built.ok(), built.ToString());
  postgres::Connection& c = database->reader();
  CHECK(Value(c,
              "SELECT count(*) FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE "
              "p.oid >= 16384 AND rolsuper AND NOT EXISTS (SELECT FROM pg_depend d WHERE "
              "d.objid = p.oid AND deptype = 'e')") == "0");
  CHECK(Value(c,
              "SELECT bool_or(rolsuper OR rolcanlogin) FROM pg_roles WHERE rolname IN "
              "('postgres', 'app')") == "f");
  CHECK(Value(c, "SELECT pg_has_role('app', 'pg_execute_server_program', 'MEMBER')") == "f");
  CHECK(Value(c, "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 't'") == "app");
}

TEST_CASE("no code of a model runs with the superuser's rights") {
  auto database = NewDatabase();
  REQUIRE(Run(*database,
              {"CREATE FUNCTION public.who() RETURNS int LANGUAGE plpgsql AS "
               "$$BEGIN CREATE TABLE IF NOT EXISTS public.seen AS SELECT current_user AS who; "
               "RETURN 1; END$$",
               "CREATE FUNCTION public.fire() RETURNS event_trigger LANGUAGE plpgsql AS "
               "$$BEGIN IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN "
               "CREATE TABLE IF NOT EXISTS public.fired (a int); END IF; END$$",
               "CREATE FUNCTION public.check_options(text[], oid) RETURNS void LANGUAGE plpgsql AS "
               "$$BEGIN PERFORM public.who(); END$$",
               "CREATE EVENT TRIGGER e1 ON ddl_command_start EXECUTE FUNCTION public.fire()",
               "CREATE EVENT TRIGGER e2 ON ddl_command_end EXECUTE FUNCTION public.fire()",
               "CREATE EVENT TRIGGER e3 ON sql_drop EXECUTE FUNCTION public.fire()",
               "ALTER EVENT TRIGGER e1 ENABLE ALWAYS", "ALTER EVENT TRIGGER e2 ENABLE REPLICA"})
              .ok());
  // Each is refused to the role; the superuser's session runs it without a trigger, or not at all.
  CHECK(Run(*database, {"CREATE EXTENSION pageinspect", "DROP EXTENSION pageinspect",
                        "CREATE PUBLICATION p FOR ALL TABLES"})
            .ok());
  CHECK_FALSE(Run(*database,
                  {"CREATE FOREIGN DATA WRAPPER w VALIDATOR public.check_options OPTIONS (a 'b')"})
                  .ok());
  CHECK_FALSE(Run(*database, {"ALTER FUNCTION public.who() OWNER TO pg_monitor, SELECT 1"}).ok());
  CHECK_FALSE(Run(*database, {"CREATE EXTENSION dblink SCHEMA nowhere"}).ok());
  CHECK(Value(database->reader(), "SELECT to_regclass('public.fired')") == "");
  CHECK(Value(database->reader(), "SELECT to_regclass('public.seen')") == "");
  // The triggers are as they were.
  CHECK(Value(database->reader(),
              "SELECT string_agg(evtenabled::text, '' ORDER BY evtname) FROM "
              "pg_event_trigger") == "ARO");
}

TEST_CASE("extensions that reach other servers can be installed, but not used") {
  auto database = NewDatabase();
  REQUIRE(Run(*database, {"CREATE EXTENSION dblink", "CREATE EXTENSION postgres_fdw",
                          "CREATE EXTENSION file_fdw"})
              .ok());
  CHECK_FALSE(Run(*database, {"SELECT public.dblink_connect('dbname=postgres')"}).ok());
  REQUIRE(
      Run(*database, {"CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw",
                      "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'a', password 'b')",
                      "CREATE FOREIGN TABLE public.f (a int) SERVER s"})
          .ok());
  auto read = database->connection().Exec("SELECT * FROM public.f");
  CHECK_FALSE(read.ok());
  CHECK(absl::StrContains(read.status().message(), "no handler"));
  absl::Status unknown = Run(*database, {"CREATE EXTENSION adminpack"});
  CHECK(absl::StrContains(unknown.message(), "allowed_extension: \"adminpack\""));
}

TEST_CASE("what leaves the database does not run") {
  auto database = NewDatabase();
  std::vector<std::string> outside;
  BuildOptions options;
  options.outside = &outside;
  const std::vector<Step> steps = {{"ALTER SYSTEM SET work_mem = '1MB'", "a.sql:1", "public"},
                                   {"CREATE TABLE public.t (a int)", "a.sql:2", "public"},
                                   {"COPY public.t FROM PROGRAM 'echo 1'", "a.sql:3", "public"}};
  CHECK(Build(*database, steps, options).ok());
  CHECK(outside == std::vector<std::string>{"a.sql:1: changes the configuration of the server",
                                            "a.sql:3: runs a program on the server"});
  auto other = NewDatabase();
  absl::Status refused = Build(*other, steps);
  CHECK(absl::IsPermissionDenied(refused));
  CHECK(absl::StrContains(refused.message(), "ALTER SYSTEM"));
}

TEST_CASE("what takes too long is cancelled, whatever it catches") {
  Options options;
  options.timeout_s = 1;
  for (const char* body :
       {"BEGIN PERFORM pg_sleep(1000); END",
        "BEGIN LOOP BEGIN PERFORM pg_sleep(1000); EXCEPTION WHEN query_canceled THEN NULL; END; "
        "END LOOP; END"}) {
    Server server(options);
    auto database = NewDatabase(server);
    REQUIRE(Run(*database, {absl::StrCat("CREATE FUNCTION public.f() RETURNS void LANGUAGE plpgsql "
                                         "AS $$",
                                         body, "$$")})
                .ok());
    absl::Status status = Run(*database, {"SELECT public.f()"});
    CHECK(absl::IsDeadlineExceeded(status));
    CHECK_MESSAGE(absl::StrContains(status.message(), "--scratch-timeout"), status.message());
  }
}

TEST_CASE("what fills the disk is ended, however many files it fills") {
  Options options;
  options.disk_limit = 200 << 20;
  Server server(options);
  auto database = NewDatabase(server);
  // Each table stays small.
  const auto start = std::chrono::steady_clock::now();
  const absl::Status status = Run(
      *database, {"CREATE PROCEDURE public.fill() LANGUAGE plpgsql AS $$BEGIN FOR i IN "
                  "1..1000 LOOP EXECUTE format('CREATE TABLE public.t%s AS SELECT repeat(''x'', "
                  "2000) FROM generate_series(1, 5000)', i); COMMIT; END LOOP; END$$",
                  "CALL public.fill()"});
  CHECK_FALSE(status.ok());
  CHECK_MESSAGE(absl::StrContains(status.message(), "more than 200 MB of disk"), status.message());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(40));
  CHECK_FALSE(server.Create().ok());
}

TEST_CASE("routines without bodies differ where they differed, and get them back") {
  Schema schema;
  for (const auto& [name, language, returns, body] :
       {std::array<const char*, 4>{"a", "plpgsql", "integer", "BEGIN RETURN 1; END"},
        std::array<const char*, 4>{"b", "plpgsql", "integer", "BEGIN RETURN 2; END"},
        std::array<const char*, 4>{"c", "sql", "text[]", "SELECT '{}'::text[]"},
        std::array<const char*, 4>{"d", "plpgsql", "event_trigger", "BEGIN END"},
        std::array<const char*, 4>{"e", "internal", "integer", "int4in"}}) {
    Function* f = schema.add_function();
    f->set_name(name);
    f->set_language(language);
    f->set_returns(returns);
    f->set_body(body);
  }
  Stubs stubs;
  auto stubbed = stubs.Apply(schema);
  CHECK(stubbed->function(0).body() != schema.function(0).body());
  CHECK(stubbed->function(0).body() != stubbed->function(1).body());
  CHECK(stubbed->function(4).body() == "int4in");
  const std::string statement =
      "CREATE OR REPLACE FUNCTION public.a() RETURNS integer\n    LANGUAGE plpgsql\nAS "
      "$function$BEGIN RETURN 1; END$function$";
  CHECK(absl::StrContains(WithoutBody(statement), stubbed->function(0).body()));
  CHECK(WithoutBody(WithoutBody(statement)) == WithoutBody(statement));
  CHECK(WithoutBody("CREATE TABLE t (a int)") == "CREATE TABLE t (a int)");
  // What only looks like one is none.
  const std::string forged =
      absl::StrReplaceAll(WithoutBody(statement), {{"END", "PERFORM evil(); END"}});
  CHECK_FALSE(absl::StrContains(WithoutBody(forged), "evil"));
  stubbed->mutable_function(0)->set_name("renamed");
  stubs.Restore(stubbed.get());
  for (int i = 0; i < schema.function_size(); ++i) {
    CHECK(stubbed->function(i).body() == schema.function(i).body());
  }
}

}  // namespace
}  // namespace autogen::scratch
