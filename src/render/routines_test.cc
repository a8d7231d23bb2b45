// Functions and what is built of them, views, triggers, rules and policies as SQL.
#include <doctest/doctest.h>
#include <google/protobuf/text_format.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "src/diff/diff.h"
#include "src/render/render.h"

namespace autogen::render {
namespace {

std::shared_ptr<const model::Catalog> Parse(const std::string& text) {
  auto schema = std::make_shared<Schema>();
  REQUIRE_MESSAGE(google::protobuf::TextFormat::ParseFromString(text, schema.get()), text);
  auto catalog = model::Catalog::Build(schema, {});
  REQUIRE_MESSAGE(catalog.ok(), catalog.status().ToString());
  return std::move(*catalog);
}

std::string Migration(const std::string& from, const std::string& to, int version = 150000) {
  diff::Options options(diff::PostgresRules());
  options.server_version = version;
  auto plan = diff::Diff(Parse(from), Parse(to), options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().ToString());
  auto statements = Render(*plan, {.server_version = version});
  if (!statements.ok()) return std::string(statements.status().message());
  std::string sql;
  for (const Statement& s : *statements) sql.append(s.sql).append(";\n");
  return sql;
}

struct Case {
  const char* from;
  const char* to;
  const char* sql;
};

// The schema of every case.
constexpr const char* kBase = R"m(
  schema { name: "public" })m";

void Check(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    CAPTURE(c.from);
    CAPTURE(c.to);
    CHECK(Migration(std::string(kBase) + c.from, std::string(kBase) + c.to) == c.sql);
  }
}

TEST_CASE("functions are written with every attribute, and replaced where that is possible") {
  Check({
      {"", R"m(function { schema: "public" name: "f" language: "sql" returns: "void" })m",
       "CREATE FUNCTION public.f() RETURNS void\n    LANGUAGE sql\nAS $$$$;\n"},
      {"", R"m(function { schema: "public" name: "F" procedure: true language: "plpgsql"
              argument { name: "A" type: "integer" default: "1" }
              argument { mode: VARIADIC type: "text[]" } body: "BEGIN $$ END" })m",
       "CREATE PROCEDURE public.\"F\"(\"A\" integer DEFAULT 1, VARIADIC text[])\n"
       "    LANGUAGE plpgsql\nAS $procedure$BEGIN $$ END$procedure$;\n"},
      {"", R"m(function { schema: "public" name: "f" language: "c" library: "$libdir/f" body: "f_c"
              returns: "integer" strict: true window: true volatility: IMMUTABLE parallel: SAFE
              leakproof: true security_definer: true cost: 0.1 })m",
       "CREATE FUNCTION public.f() RETURNS integer\n"
       "    LANGUAGE c WINDOW IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 0.1\n"
       "AS '$libdir/f', 'f_c';\n"},
      {"", R"m(function { schema: "public" name: "f" sql_body: "RETURN 1" returns: "integer" rows: 3
              support { schema: "public" name: "g" } transform_type: "hstore"
              set { name: "work_mem" value: "1MB" } })m",
       "CREATE FUNCTION public.f() RETURNS integer\n"
       "    LANGUAGE sql TRANSFORM FOR TYPE hstore ROWS 3 SUPPORT public.g\n"
       "    SET work_mem TO '1MB'\nRETURN 1;\n"},
      // The columns of a result.
      {"", R"m(function { schema: "public" name: "f" language: "sql" body: "x" returns_set: true
              argument { mode: OUT name: "a" type: "integer" } })m",
       "CREATE FUNCTION public.f(OUT a integer) RETURNS SETOF integer\n    LANGUAGE sql\n"
       "AS $$x$$;\n"},
      {"", R"m(function { schema: "public" name: "f" language: "sql" body: "x" returns_set: true
              argument { mode: OUT name: "a" type: "integer" }
              argument { mode: INOUT name: "b" type: "text" } })m",
       "CREATE FUNCTION public.f(OUT a integer, INOUT b text) RETURNS SETOF record\n"
       "    LANGUAGE sql\nAS $$x$$;\n"},
      {"", R"m(function { schema: "public" name: "f" language: "sql" body: "x"
              argument { name: "n" type: "integer" }
              argument { mode: TABLE name: "a b" type: "integer" } })m",
       "CREATE FUNCTION public.f(n integer) RETURNS TABLE(\"a b\" integer)\n    LANGUAGE sql\n"
       "AS $$x$$;\n"},
      // Only a new body: owner, privileges and dependents stay.
      {R"m(function { schema: "public" name: "f" language: "sql" body: "a" returns: "text" })m",
       R"m(function { schema: "public" name: "f" language: "sql" body: "b" returns: "text" })m",
       "CREATE OR REPLACE FUNCTION public.f() RETURNS text\n    LANGUAGE sql\nAS $$b$$;\n"},
      {R"m(function { schema: "public" name: "f" language: "sql" body: "a" returns: "text" })m",
       R"m(function { schema: "public" name: "f" language: "sql" body: "a" returns: "integer" })m",
       "DROP FUNCTION public.f();\n"
       "CREATE FUNCTION public.f() RETURNS integer\n    LANGUAGE sql\nAS $$a$$;\n"},
  });
}

TEST_CASE("settings that are lists of names are written name by name") {
  struct {
    const char* name;
    const char* value;
    const char* sql;
  } cases[] = {
      {"search_path", "a, \"$user\", \"b \"\"c\"", "SET search_path TO 'a', '$user', 'b \"c'"},
      {"search_path", "\\\"\\\"", "SET search_path TO ''"},
      {"Search_Path", "a,b", "SET \"Search_Path\" TO 'a', 'b'"},
      {"temp_tablespaces", "", "SET temp_tablespaces TO ''"},
      {"DateStyle", "ISO, DMY", "SET \"DateStyle\" TO 'ISO, DMY'"},
      {"my.setting", "it's, so", "SET \"my.setting\" TO 'it''s, so'"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CAPTURE(c.value);
    auto schema = std::make_shared<Schema>();
    Function* f = schema->add_function();
    f->set_schema("public");
    f->set_name("f");
    f->set_language("sql");
    Option* o = f->add_set();
    o->set_name(c.name);
    o->set_value(absl::string_view(c.value) == "\\\"\\\"" ? "\"\"" : c.value);
    auto empty = model::Catalog::Build(std::make_shared<Schema>(), {});
    auto catalog = model::Catalog::Build(schema, {});
    REQUIRE(catalog.ok());
    auto plan =
        diff::Diff(std::move(*empty), std::move(*catalog), diff::Options(diff::PostgresRules()));
    REQUIRE(plan.ok());
    auto statements = Render(*plan, {});
    REQUIRE(statements.ok());
    CHECK(absl::StrContains((*statements)[0].sql, absl::StrCat("\n    ", c.sql, "\n")));
  }
}

TEST_CASE("function bodies are not checked where the script creates something after the function") {
  std::string sql = Migration(kBase, std::string(kBase) + R"m(
      function { schema: "public" name: "f" language: "sql" body: "SELECT 1" returns: "integer" }
      view { schema: "public" name: "v" definition: "SELECT 1" })m");
  CHECK(absl::StartsWith(sql, "SET check_function_bodies = off;\n"));
  CHECK(absl::EndsWith(sql, "RESET check_function_bodies;\n"));
  // A standard-SQL body is parsed in any case.
  sql = Migration(kBase, std::string(kBase) + R"m(
      function { schema: "public" name: "f" sql_body: "RETURN 1" returns: "integer" }
      view { schema: "public" name: "v" definition: "SELECT 1" })m");
  CHECK(!absl::StrContains(sql, "check_function_bodies"));
}

TEST_CASE("aggregates, operators, classes, casts and languages are written") {
  Check({
      {"", R"m(aggregate { schema: "public" name: "a" argument { type: "integer" }
              sfunc { schema: "public" name: "s" } stype: "bigint" initcond: "" sortop: "<"
              parallel: SAFE })m",
       "CREATE AGGREGATE public.a(integer) (\n    SFUNC = public.s,\n    STYPE = bigint,\n"
       "    INITCOND = '',\n    SORTOP = OPERATOR(<),\n    PARALLEL = SAFE\n);\n"},
      {"", R"m(aggregate { schema: "public" name: "a" ordered_set: true hypothetical: true
              argument { mode: VARIADIC type: "\"any\"" }
              order_by { mode: VARIADIC type: "\"any\"" }
              sfunc { schema: "pg_catalog" name: "s" } stype: "internal" comment: "x" })m",
       "CREATE AGGREGATE public.a(VARIADIC \"any\" ORDER BY VARIADIC \"any\") (\n"
       "    SFUNC = pg_catalog.s,\n    STYPE = internal,\n    HYPOTHETICAL\n);\n"
       "COMMENT ON AGGREGATE public.a(VARIADIC \"any\" ORDER BY VARIADIC \"any\") IS 'x';\n"},
      {"", R"m(operator { schema: "public" name: "<" left: "integer" right: "text"
              function { schema: "public" name: "lt" } commutator { schema: "public" name: ">" }
              negator { schema: "s" name: ">=" } restrict { schema: "pg_catalog" name: "scalarltsel" }
              join { schema: "pg_catalog" name: "scalarltjoinsel" } hashes: true merges: true })m",
       "CREATE OPERATOR public.< (\n    FUNCTION = public.lt,\n    LEFTARG = integer,\n"
       "    RIGHTARG = text,\n    COMMUTATOR = OPERATOR(public.>),\n"
       "    NEGATOR = OPERATOR(s.>=),\n    RESTRICT = pg_catalog.scalarltsel,\n"
       "    JOIN = pg_catalog.scalarltjoinsel,\n    HASHES,\n    MERGES\n);\n"},
      {R"m(operator { schema: "public" name: "!" right: "text" function { name: "f" }
          restrict { schema: "pg_catalog" name: "eqsel" } })m",
       R"m(operator { schema: "public" name: "!" right: "text" function { name: "f" } })m",
       "ALTER OPERATOR public.! (NONE, text) SET (RESTRICT = NONE);\n"},
      {R"m(operator_family { schema: "public" name: "f" method: "btree"
          operator { strategy: 1 operator: "\"o(\".<(integer,text)" } })m",
       R"m(operator_family { schema: "public" name: "f" method: "btree"
          function { support: 1 function: "public.c(integer,text)" left: "integer" right: "text" } })m",
       "ALTER OPERATOR FAMILY public.f USING btree DROP\n    OPERATOR 1 (integer,text);\n"
       "ALTER OPERATOR FAMILY public.f USING btree ADD\n"
       "    FUNCTION 1 (integer, text) public.c(integer,text);\n"},
      {"", R"m(operator_class { schema: "public" name: "c" method: "hash" type: "text" default: true
              function { support: 1 function: "public.h(text)" } })m",
       "CREATE OPERATOR CLASS public.c DEFAULT FOR TYPE text USING hash AS\n"
       "    FUNCTION 1 (text, text) public.h(text);\n"},
      // The family that was created with the class is dropped with it.
      {R"m(operator_class { schema: "public" name: "c" method: "hash" type: "text" })m", "",
       "DROP OPERATOR FAMILY public.c USING hash;\n"},
      {"", R"m(cast { source: "text" target: "integer" inout: true context: ASSIGNMENT })m",
       "CREATE CAST (text AS integer) WITH INOUT AS ASSIGNMENT;\n"},
      {"", R"m(cast { source: "text" target: "integer" function: "public.f(text)" })m",
       "CREATE CAST (text AS integer) WITH FUNCTION public.f(text);\n"},
      {R"m(language { name: "L" handler { schema: "pg_catalog" name: "h" } })m",
       R"m(language { name: "L" handler { schema: "pg_catalog" name: "h" } trusted: true
          validator { schema: "public" name: "v" } })m",
       "CREATE OR REPLACE TRUSTED LANGUAGE \"L\" HANDLER pg_catalog.h VALIDATOR public.v;\n"},
      {"", R"m(transform { type: "text" language: "sql" to_sql: "public.t(internal)" })m",
       "CREATE TRANSFORM FOR text LANGUAGE sql (TO SQL WITH FUNCTION public.t(internal));\n"},
      {"", R"m(access_method { name: "m" table: true handler { schema: "public" name: "h" } })m",
       "CREATE ACCESS METHOD m TYPE TABLE HANDLER public.h;\n"},
      {"", R"m(conversion { schema: "public" name: "c" default: true from: "LATIN1" to: "UTF8"
              function { schema: "pg_catalog" name: "f" } })m",
       "CREATE DEFAULT CONVERSION public.c FOR 'LATIN1' TO 'UTF8' FROM pg_catalog.f;\n"},
      {"", R"m(event_trigger { name: "e" event: "ddl_command_end" tag: "ALTER TABLE"
              function { schema: "public" name: "f" } enabled: REPLICA })m",
       "CREATE EVENT TRIGGER e ON ddl_command_end\n    WHEN TAG IN ('ALTER TABLE')\n"
       "    EXECUTE FUNCTION public.f();\nALTER EVENT TRIGGER e ENABLE REPLICA;\n"},
  });
}

TEST_CASE("a view is replaced with all its options, or has only its options changed") {
  Check({
      {"", R"m(view { schema: "public" name: "v" definition: "SELECT 1"
              with { name: "check_option" value: "local" } column { name: "c" default: "1" } })m",
       "CREATE VIEW public.v WITH (check_option='local') AS\nSELECT 1;\n"
       "ALTER VIEW public.v ALTER COLUMN c SET DEFAULT 1;\n"},
      {R"m(view { schema: "public" name: "v" definition: "SELECT 1"
          with { name: "security_barrier" value: "true" } column { name: "a" type: "integer" } })m",
       R"m(view { schema: "public" name: "v" definition: "SELECT 2"
          with { name: "security_barrier" value: "true" } column { name: "a" type: "integer" }
          column { name: "b" type: "integer" } })m",
       "CREATE OR REPLACE VIEW public.v WITH (security_barrier=true) AS\nSELECT 2;\n"},
      {R"m(view { schema: "public" name: "v" definition: "SELECT 1" column { name: "a" type: "integer" } })m",
       R"m(view { schema: "public" name: "v" definition: "SELECT 2" column { name: "a" type: "bigint" } })m",
       "DROP VIEW public.v;\nCREATE VIEW public.v AS\nSELECT 2;\n"},
      {R"m(view { schema: "public" name: "v" definition: "SELECT 1"
          with { name: "security_barrier" value: "true" } })m",
       R"m(view { schema: "public" name: "v" definition: "SELECT 1"
          with { name: "security_invoker" value: "true" } })m",
       "ALTER VIEW public.v RESET (security_barrier);\n"
       "ALTER VIEW public.v SET (security_invoker=true);\n"},
      {R"m(view { schema: "public" name: "v" definition: "SELECT 1" column { name: "c" default: "1" } })m",
       R"m(view { schema: "public" name: "v" definition: "SELECT 1" })m",
       "ALTER VIEW public.v ALTER COLUMN c DROP DEFAULT;\n"},
      {"", R"m(materialized_view { schema: "public" name: "m" definition: "SELECT 1" no_data: true
              access_method: "mine" tablespace: "t" with { name: "fillfactor" value: "70" }
              column { name: "c" statistics: 5 } })m",
       "CREATE MATERIALIZED VIEW public.m USING mine WITH (fillfactor=70) TABLESPACE t AS\n"
       "SELECT 1\nWITH NO DATA;\n"
       "ALTER MATERIALIZED VIEW public.m ALTER COLUMN c SET STATISTICS 5;\n"},
      {R"m(materialized_view { schema: "public" name: "m" definition: "SELECT 1" no_data: true })m",
       R"m(materialized_view { schema: "public" name: "m" definition: "SELECT 1"
          with { name: "toast.autovacuum_enabled" value: "false" } })m",
       "ALTER MATERIALIZED VIEW public.m SET (toast.autovacuum_enabled=false);\n"
       "REFRESH MATERIALIZED VIEW public.m;\n"},
  });
}

// `nested` on a table.
std::string On(const std::string& nested) {
  return std::string(kBase) +
         R"m(table { schema: "public" name: "t" column { name: "a" type: "text" })m" + nested +
         " }";
}

TEST_CASE("triggers, rules and policies are written, switched and changed") {
  struct {
    const char* from;
    const char* to;
    const char* sql;
  } cases[] = {
      {"", R"m(trigger { name: "x" timing: AFTER event: UPDATE event: INSERT update_of: "a"
              constraint: true from_table { schema: "public" name: "o" } deferrable: true
              initially_deferred: true for_each_row: true when: "new.a > ''"
              function { schema: "public" name: "f" } argument: "it's" enabled: ALWAYS })m",
       "CREATE CONSTRAINT TRIGGER x AFTER UPDATE OF a OR INSERT ON public.t FROM public.o "
       "DEFERRABLE INITIALLY DEFERRED\n    FOR EACH ROW WHEN (new.a > '') "
       "EXECUTE FUNCTION public.f('it''s');\nALTER TABLE public.t ENABLE ALWAYS TRIGGER x;\n"},
      {"", R"m(trigger { name: "x" event: DELETE function { schema: "public" name: "f" }
              timing: AFTER old_table: "o" new_table: "N" })m",
       "CREATE TRIGGER x AFTER DELETE ON public.t REFERENCING OLD TABLE AS o NEW TABLE AS \"N\"\n"
       "    FOR EACH STATEMENT EXECUTE FUNCTION public.f();\n"},
      {R"m(trigger { name: "x" event: DELETE function { name: "f" } enabled: DISABLED })m",
       R"m(trigger { name: "x" event: DELETE function { name: "f" } })m",
       "ALTER TABLE public.t ENABLE TRIGGER x;\n"},
      {R"m(trigger { name: "x" event: DELETE function { name: "f" } })m", "",
       "DROP TRIGGER x ON public.t;\n"},
      {R"m(rewrite_rule { name: "r" definition: "CREATE RULE r AS ON DELETE TO public.t DO NOTHING" })m",
       R"m(rewrite_rule { name: "r" definition: "CREATE RULE r AS ON UPDATE TO public.t DO NOTHING"
          enabled: DISABLED })m",
       "CREATE OR REPLACE RULE r AS ON UPDATE TO public.t DO NOTHING;\n"
       "ALTER TABLE public.t DISABLE RULE r;\n"},
      {"", R"m(policy { name: "p" restrictive: true command: UPDATE role: "Bob" role: "PUBLIC"
              using: "true" check: "false" })m",
       "CREATE POLICY p ON public.t AS RESTRICTIVE FOR UPDATE TO \"Bob\", PUBLIC\n"
       "    USING (true)\n    WITH CHECK (false);\n"},
      {R"m(policy { name: "p" using: "true" role: "a" })m",
       R"m(policy { name: "p" using: "false" })m",
       "ALTER POLICY p ON public.t TO PUBLIC\n    USING (false);\n"},
      {R"m(policy { name: "p" using: "true" check: "true" })m",
       R"m(policy { name: "p" using: "true" })m",
       "DROP POLICY p ON public.t;\nCREATE POLICY p ON public.t\n    USING (true);\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.from);
    CAPTURE(c.to);
    CHECK(Migration(On(c.from), On(c.to)) == c.sql);
  }
}

TEST_CASE("a standard-SQL body needs PostgreSQL 14") {
  CHECK(absl::StrContains(
      Migration(
          kBase,
          std::string(kBase) + R"m(function { schema: "public" name: "f" sql_body: "RETURN 1" })m",
          130000),
      "PostgreSQL knows from 14 on"));
}

}  // namespace
}  // namespace autogen::render
