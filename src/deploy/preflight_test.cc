// Checks are untrusted text: what a script may make preflight do on the real database.
#include "src/deploy/preflight.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/server.h"

namespace autogen::deploy {
namespace {

using absl::StrContains;
using testing::QueryText;
using testing::TestDatabase;

// evil() leaves a row in `secret` whatever transaction it runs in, by a session of its own; it is
// declared immutable.
constexpr char kTraps[] = R"sql(
CREATE EXTENSION dblink;
CREATE EXTENSION file_fdw;
CREATE TABLE secret (x int);
CREATE FUNCTION evil(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
  PERFORM public.dblink_exec(format('dbname=%s host=%s port=%s user=%s', current_database(),
    split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'),
    current_user), 'INSERT INTO public.secret VALUES (1)');
  RETURN x;
END $$;
CREATE FUNCTION stable_evil(x int) RETURNS int LANGUAGE sql STABLE AS 'SELECT public.evil(x)';
CREATE FUNCTION evil_equal(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS 'SELECT public.evil($1) = $2';
CREATE OPERATOR = (LEFTARG = int, RIGHTARG = int, FUNCTION = evil_equal);
CREATE OPERATOR !!! (RIGHTARG = int, FUNCTION = evil);
CREATE FUNCTION abs(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT public.evil($1)';
CREATE FUNCTION count("any") RETURNS int LANGUAGE internal IMMUTABLE AS 'pg_backend_pid';
CREATE FUNCTION step(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT public.evil($2)';
CREATE AGGREGATE total(int) (sfunc = step, stype = int);
CREATE DOMAIN dom AS int CHECK (evil(VALUE) > 0);
CREATE TYPE pair AS (x dom);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION mood_number(mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT public.evil(1)';
CREATE FUNCTION mood_json(mood) RETURNS json LANGUAGE sql IMMUTABLE
  AS 'SELECT to_json(public.evil(1))';
CREATE CAST (mood AS int) WITH FUNCTION mood_number AS IMPLICIT;
CREATE CAST (mood AS json) WITH FUNCTION mood_json;
CREATE FUNCTION gap(int, int) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT public.evil(1)::float8';
CREATE TYPE span AS RANGE (subtype = int, subtype_diff = gap);
CREATE TABLE t (a int, b text, m mood, ds dom[], "random" int, p pair);
INSERT INTO t VALUES (1, 'x', 'ok', '{}', 5, NULL);
CREATE VIEW v AS SELECT evil(a) AS x FROM t;
CREATE VIEW vv AS SELECT x FROM v;
CREATE VIEW killer AS SELECT pg_terminate_backend(a) AS x FROM t;
CREATE VIEW xml AS SELECT query_to_xml('SELECT public.evil(1)', true, true, '') AS x;
CREATE VIEW caster AS SELECT a::dom AS x FROM t;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE outside (x text) SERVER files OPTIONS (program 'echo 1');
CREATE TABLE parts (x text) PARTITION BY LIST (x);
CREATE FOREIGN TABLE part PARTITION OF parts DEFAULT SERVER files OPTIONS (program 'echo 1');
CREATE SEQUENCE numbers;
DELETE FROM secret;
)sql";

struct Check {
  const char* query;
  const char* why;  // part of the reason
  // Run directly it leaves its trace: what preflight refuses would have done harm.
  bool springs = false;
};

constexpr Check kHostile[] = {
    {"SELECT count(*) FROM public.t WHERE public.evil(a) > 0", "public.evil(integer)", true},
    {"SELECT public.evil(1)", "public.evil(integer)", true},
    {"SELECT \"public\".\"evil\"(1)", "public.evil(integer)", true},
    {"SELECT U&\"\\0070ublic\".U&\"ev!0069l\" UESCAPE '!' (1)", "public.evil(integer)", true},
    {"SELECT PUBLIC.EVIL(1)", "public.evil(integer)", true},
    {"SELECT public.stable_evil(1)", "public.stable_evil(integer)", true},
    {"SELECT x FROM public.evil(1) AS x", "public.evil(integer)", true},
    {"SELECT x FROM ROWS FROM (public.evil(1)) AS r(x)", "public.evil(integer)", true},
    {"VALUES (public.evil(1))", "public.evil(integer)", true},
    {"SELECT CASE WHEN public.evil(1) > 0 THEN 0 ELSE 1 END", "public.evil(integer)", true},
    {"SELECT count(*) FROM public.t ORDER BY public.evil(1)", "public.evil(integer)", true},
    {"SELECT count(*) FROM public.t LIMIT public.evil(1)", "public.evil(integer)", true},
    {"WITH c AS MATERIALIZED (SELECT public.evil(1) AS x) SELECT x FROM c", "public.evil", true},
    {"SELECT public.total(a) FROM public.t", "public.total(integer)", true},
    {"SELECT public.abs(a) FROM public.t", "public.abs(integer)", true},
    {"SELECT public.count(*) FROM public.t", "public.count"},
    {"SELECT count(*) FROM public.t WHERE a OPERATOR(public.=) 1", "operator public.=", true},
    {"SELECT count(*) FROM public.t WHERE a OPERATOR(public.=) ANY ('{1}')", "public.=", true},
    {"SELECT OPERATOR(public.!!!) 1", "operator public.!!!", true},
    {"SELECT count('1'::public.dom)", "public.evil(integer)", true},
    {"SELECT count(public.dom '1')", "public.evil(integer)", true},
    {"SELECT count(public.dom('1'))", "public.evil(integer)", true},
    {"SELECT count('{1}'::public.dom[])", "public.evil(integer)", true},
    {"SELECT count('(1)'::public.pair)", "public.evil(integer)", true},
    {"SELECT cardinality(array_append(ds, '1')) FROM public.t", "public.evil(integer)", true},
    {"SELECT count(json_populate_record(NULL::public.pair, '{\"x\": 1}'))", "evil", true},
    {"SELECT count(json_populate_record(t.p, '{\"x\": 1}')) FROM public.t", "evil", true},
    {"SELECT x FROM json_to_record('{\"x\": 1}') AS r(x public.dom)", "evil", true},
    {"SELECT count(*) FROM xmltable('/a' PASSING '<a>1</a>' COLUMNS x public.dom PATH '.')",
     "evil"},
    {"SELECT count(*) FROM (SELECT domain_in('1'::cstring, 'public.dom'::regtype::oid, -1)) q",
     "domain_in(cstring,oid,integer)"},
    {"SELECT count(*) FROM public.t WHERE abs(m) > 0", "cast from public.mood", true},
    {"SELECT count(to_json(m)) FROM public.t", "cast from public.mood", true},
    {"SELECT count(row_to_json(x)) FROM public.t AS x", "cast from public.mood", true},
    {"SELECT count(jsonb_build_array(m)) FROM public.t", "cast from public.mood", true},
    {"SELECT count('[1,2)'::public.span)", "public.span"},
    {"SELECT count(x) FROM public.v", "public.evil(integer)", true},
    {"TABLE public.v", "public.evil(integer)", true},
    {"SELECT max(x) FROM public.vv", "public.evil(integer)", true},
    {"SELECT max(x) FROM public.caster", "public.evil(integer)", true},
    {"SELECT count(x) FROM public.killer", "pg_terminate_backend"},
    {"SELECT count(x::text) FROM public.xml", "query_to_xml"},
    {"SELECT count(*) FROM public.outside", "foreign table"},
    {"SELECT count(*) FROM public.parts", "foreign table"},
    {"SELECT x FROM public.dblink('', 'SELECT 1') AS d(x int)", "dblink"},
    {"SELECT count(query_to_xml('SELECT public.evil(1)', true, true, '')::text)", "query_to_xml"},
    {"SELECT count(table_to_xml('public.v', true, true, '')::text)", "table_to_xml"},
    {"SELECT count(database_to_xml(true, true, '')::text)", "database_to_xml"},
    {"SELECT count(CASE WHEN application_name <> '' THEN pg_terminate_backend(pid) END) FROM "
     "pg_stat_activity WHERE false",
     "pg_terminate_backend"},
    {"SELECT count(*) FROM pg_sleep(1000)", "pg_sleep"},
    {"SELECT count(*) FROM pg_file_settings", "pg_show_all_file_settings"},
    {"SELECT (WITH pg_file_settings AS (SELECT 1) SELECT 1) + (SELECT count(*) FROM "
     "pg_file_settings)",
     "pg_show_all_file_settings"},
    {"SELECT nextval('public.numbers')", "nextval"},
    {"SELECT setval('public.numbers', 1)", "setval"},
    {"SELECT length(pg_read_file('/etc/passwd'))", "pg_read_file"},
    {"SELECT count(pg_ls_dir('/'))", "pg_ls_dir"},
    {"SELECT count(lo_import('/etc/passwd'))", "lo_import"},
    {"SELECT count(pg_advisory_lock(1))", "pg_advisory_lock"},
    {"SELECT count(pg_notify('a', 'b'))", "pg_notify"},
    {"SELECT count(set_config('search_path', 'public', false))", "set_config"},
    {"SELECT count(pg_current_xact_id())", "pg_current_xact_id"},
    {"SELECT count(pg_export_snapshot())", "pg_export_snapshot"},
    {"SELECT count(*) FROM ts_stat('SELECT public.evil(1)')", "ts_stat"},
    {"SELECT count(ts_rewrite('a', 'SELECT public.evil(1)'))", "ts_rewrite"},
    {"SELECT length(random()::text)", "random"},
    {"SELECT pg_temp.evil(1)", "no function pg_temp.evil"},
    {"SELECT count(*) FROM public.t AS x WHERE x.evil > 0", "column x.evil does not exist"},
    {"SELECT count(*) FROM t", "no relation t"},
    {"SELECT 1; SELECT public.evil(1)", "2 statements"},
    {"SELECT 1; -- one\n SELECT public.evil(1)", "2 statements"},
    {"SELECT 1 /* /* */ */; SELECT public.evil(1) /* */", "2 statements"},
    {"SELECT count('\\'); SELECT public.evil(1) --')", "2 statements"},
    {"DO $$ BEGIN PERFORM public.evil(1); END $$", "not a SELECT"},
    {"EXPLAIN ANALYZE SELECT public.evil(1)", "not a SELECT"},
    {"COPY (SELECT 1) TO PROGRAM 'true'", "not a SELECT"},
    {"DELETE FROM public.t", "not a SELECT"},
    {"COMMIT", "not a SELECT"},
    {"WITH d AS (DELETE FROM public.t RETURNING 1) SELECT count(*) FROM d", "DeleteStmt"},
    {"SELECT a FROM public.t FOR UPDATE", "LockingClause"},
    {"SELECT count(*) INTO public.u FROM public.t", "INTO"},
};

constexpr Check kHonest[] = {
    {"SELECT count(*) FROM public.t", "1"},
    {"SELECT count(*) FROM ONLY public.t WHERE a IS NULL", "0"},
    {"SELECT pg_catalog.count(*) FROM public.t WHERE abs(a) = 1", "1"},
    {"SELECT count(*) FROM public.t WHERE length(b) > 20 OR b !~ '^[0-9]+$'", "1"},
    {"SELECT count(*) FROM public.t WHERE a NOT BETWEEN -32768 AND 32767", "0"},
    {"SELECT count(*) FROM public.t WHERE b LIKE 'x%' AND b NOT SIMILAR TO '(y|z)'", "1"},
    {"SELECT count(*) FROM public.t WHERE b NOT IN ('x', 'y') AND a IN (1, 2)", "0"},
    {"SELECT count(*) FROM public.t AS x WHERE NOT EXISTS (SELECT FROM public.u WHERE u.a = x.a)",
     "0"},
    {"SELECT count(*) FROM (SELECT a FROM public.u GROUP BY a HAVING count(*) > 1) AS d", "1"},
    {"SELECT count(*) FROM (SELECT row_number() OVER (PARTITION BY a ORDER BY ctid) AS n FROM "
     "public.u) AS d WHERE n > 1",
     "1"},
    {"SELECT count(*) FROM public.t WHERE coalesce(a, 0)::numeric(5,2)::text IS NULL", "0"},
    {"SELECT count(*) FROM public.t WHERE t.\"random\" = 5", "1"},
    {"SELECT count(*) FROM public.u WHERE s = 'ok'::public.state", "2"},
    {"SELECT count(*) FROM public.u WHERE NOT (n::public.positive > 0)", "0"},
    {"SELECT count(*) FROM public.plain WHERE a > 0", "2"},
    {"SELECT count(*) FROM public.kept", "2"},
    {"SELECT count(*) FROM public.split WHERE a IS NULL", "0"},
    {"SELECT count(*) FROM public.u WHERE c OPERATOR(ext.=) 'X'", "2"},
    {"SELECT count(*) FROM public.u AS a WHERE EXISTS (SELECT FROM public.u AS b WHERE b.ctid < "
     "a.ctid AND b.r && a.r)",
     "1"},
    {"SELECT count(*) FROM public.u WHERE j ->> 'a' IS NULL OR jsonb_typeof(j -> 'a') <> 'number'",
     "0"},
    {"WITH c AS (SELECT a FROM public.t) SELECT count(*) FROM c JOIN public.u USING (a)", "2"},
    {"SELECT count(*) FROM public.u WHERE d > CURRENT_DATE OR extract(year FROM d) < 1900", "0"},
    {"SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'none'", "0"},
    {"SELECT count(*) FROM public.u WHERE array_position(ARRAY[a], 1) IS NULL", "0"},
    {"SELECT count(*) FROM public.u TABLESAMPLE SYSTEM (100)", "2"},
};

constexpr char kPlain[] = R"sql(
CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;
CREATE TYPE state AS ENUM ('ok', 'bad');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE u (a int, s state, n positive, c ext.citext, r int4range, j jsonb, d date);
INSERT INTO u SELECT 1, 'ok', 1, 'x', '[1,5)', '{"a": 1}', '2020-01-01' FROM generate_series(1, 2);
CREATE VIEW plain AS SELECT a, lower(c::text) AS c, s FROM u WHERE d < now();
CREATE MATERIALIZED VIEW kept AS SELECT evil(a) AS x FROM u;
CREATE TABLE split (a int) PARTITION BY LIST (a);
CREATE TABLE split_1 PARTITION OF split DEFAULT;
DELETE FROM secret;
)sql";

DataCheckResult Ask(const std::string& url, const std::string& query,
                    const PreflightOptions& options = {}) {
  CAPTURE(query);
  auto answers = RunPreflight(url, {{.query = query, .what = "a check"}}, options);
  CAPTURE(answers.status().message());
  REQUIRE(answers.ok());
  REQUIRE(answers->size() == 1);
  return answers->front();
}

TEST_CASE("no check runs what is not known to be harmless, and the harmless run") {
  TestDatabase database;
  const std::string url = database.Url();
  database.Run(kTraps);
  database.Run(kPlain);
  // A search path that prefers the traps means nothing.
  database.Run(absl::StrCat("ALTER DATABASE ", database.name(), " SET search_path = public, ",
                            "pg_catalog"));
  for (const Check& check : kHonest) {
    CAPTURE(std::string(check.query));
    DataCheckResult answer = Ask(url, check.query);
    CHECK(answer.problem == "");
    CHECK(absl::StrCat(answer.rows) == check.why);
  }
  CHECK(QueryText(url, "SELECT count(*) FROM secret") == "0");
  for (const Check& check : kHostile) {
    CAPTURE(std::string(check.query));
    DataCheckResult answer = Ask(url, check.query);
    CHECK_MESSAGE(StrContains(answer.problem, check.why), answer.problem);
    CHECK(!answer.passed());
    CHECK(!answer.early);
    CHECK(QueryText(url, "SELECT count(*) FROM secret") == "0");
    if (!check.springs) continue;
    absl::Status direct = testing::RunSql(
        url, absl::StrCat("SET search_path = ''; BEGIN TRANSACTION READ ONLY; ", check.query));
    CHECK_MESSAGE(direct.ok(), direct.message());
    CHECK(QueryText(url, "SELECT count(*) > 0 FROM secret") == "t");
    database.Run("DELETE FROM public.secret");
  }
  CHECK(QueryText(url, "SELECT last_value || is_called::text FROM public.numbers") == "1false");
  CHECK(QueryText(url, "SELECT count(*) FROM public.t") == "1");
}

TEST_CASE("an extension that is allowed by its user may be called, its volatile functions not") {
  TestDatabase database;
  database.Run("CREATE EXTENSION pgcrypto; CREATE TABLE t (a text); INSERT INTO t VALUES ('x')");
  const char* query = "SELECT count(*) FROM public.t WHERE length(public.digest(a, 'md5')) = 16";
  CHECK(StrContains(Ask(database.Url(), query).problem, "public.digest"));
  DataCheckResult answer = Ask(database.Url(), query, {.extensions = {"pgcrypto"}});
  CHECK(answer.problem == "");
  CHECK(answer.rows == 1);
  CHECK(StrContains(
      Ask(database.Url(), "SELECT length(public.gen_salt('md5'))", {.extensions = {"pgcrypto"}})
          .problem,
      "public.gen_salt(text) is volatile"));
}

TEST_CASE("rows that row security hides are not passed over in silence") {
  TestDatabase database;
  const std::string role = absl::StrCat(database.name(), "_reader");
  database.Run(absl::StrCat(
      "CREATE TABLE secret (x int); CREATE TABLE t (a int); INSERT INTO t VALUES (NULL); "
      "CREATE FUNCTION evil() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE "
      "'called'; END $$; ALTER TABLE t ENABLE ROW LEVEL SECURITY; "
      "CREATE POLICY p ON t USING (evil()); CREATE ROLE ",
      role, "; GRANT SELECT ON t TO ", role, "; ALTER DATABASE ", database.name(),
      " SET role = ", role));
  DataCheckResult answer = Ask(database.Url(), "SELECT count(*) FROM public.t WHERE a IS NULL");
  CHECK_MESSAGE(StrContains(answer.problem, "row-level security"), answer.problem);
  database.Run(absl::StrCat("SET ROLE NONE; ALTER DATABASE ", database.name(), " RESET role"));
  CHECK(Ask(database.Url(), "SELECT count(*) FROM public.t WHERE a IS NULL").rows == 1);
  testing::RunSql(database.Url(),
                  absl::StrCat("RESET role; DROP OWNED BY ", role, "; DROP ROLE ", role))
      .IgnoreError();
}

constexpr char kEndless[] = "SELECT count(*) FROM generate_series(1, 1000000000000)";

TEST_CASE("a check that is not done in time is not checked, and the next one runs") {
  TestDatabase database;
  database.Run("CREATE TABLE t (a int)");
  PreflightOptions options;
  options.check_timeout_ms = 300;
  const auto start = std::chrono::steady_clock::now();
  auto answers = RunPreflight(database.Url(),
                              {{.query = kEndless, .what = "endless"},
                               {.query = "SELECT count(*) FROM public.t", .what = "rows"},
                               {.query = "SELECT count(*) FROM public.n",
                                .what = "later",
                                .made = sql::NamesMadeBy("CREATE TABLE n ()")}},
                              options);
  REQUIRE(answers.ok());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  CHECK((*answers)[0].problem == "timed out after 0.3 s (--check-timeout)");
  CHECK(!(*answers)[0].early);
  CHECK((*answers)[1].passed());
  CHECK((*answers)[2].early);
  CHECK(!(*answers)[2].passed());
}

TEST_CASE("a lock that somebody holds is not waited for without end") {
  TestDatabase database;
  database.Run("CREATE TABLE t (a int)");
  auto holder = postgres::Connection::Open({.url = database.Url()});
  REQUIRE(holder.ok());
  REQUIRE(holder->Exec("BEGIN; LOCK TABLE t").ok());
  PreflightOptions options;
  options.lock_timeout_ms = 200;
  DataCheckResult answer = Ask(database.Url(), "SELECT count(*) FROM public.t", options);
  CHECK_MESSAGE(StrContains(answer.problem, "lock timeout"), answer.problem);
}

TEST_CASE("a stop cancels the backend at once") {
  TestDatabase database;
  PreflightOptions options;
  const auto start = std::chrono::steady_clock::now();
  options.stop = [start] {
    return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(500);
  };
  auto answers = RunPreflight(database.Url(), {{.query = kEndless, .what = "endless"}}, options);
  CHECK(absl::IsCancelled(answers.status()));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(QueryText(database.Url(),
                  "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'autogen "
                  "preflight' AND datname = current_database() AND state = 'active'") == "0");
}

TEST_CASE("a backend that does not answer any more is left behind") {
  TestDatabase database;
  const std::string find =
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'autogen preflight' AND datname = "
      "current_database() AND query LIKE '%generate_series%' AND state = 'active'";
  pid_t backend = 0;
  PreflightOptions options;
  options.check_timeout_ms = 1000;
  const auto start = std::chrono::steady_clock::now();
  // Frozen by the thread that asks whether to stop, as soon as it runs.
  options.stop = [&] {
    if (backend != 0 || std::chrono::steady_clock::now() - start < std::chrono::milliseconds(300)) {
      return false;
    }
    const std::string pid = QueryText(database.Url(), find);
    if (pid.empty() || kill(std::stoi(pid), SIGSTOP) != 0) return false;
    backend = std::stoi(pid);
    return false;
  };
  auto answers = RunPreflight(
      database.Url(),
      {{.query = kEndless, .what = "endless"}, {.query = "SELECT 0", .what = "next"}}, options);
  if (backend != 0) kill(backend, SIGCONT);
  if (backend == 0) {
    MESSAGE("passed over: the server's processes are not ours");
    return;
  }
  REQUIRE(answers.ok());
  CHECK(StrContains((*answers)[0].problem, "timed out after 1 s"));
  CHECK((*answers)[1].passed());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

}  // namespace
}  // namespace autogen::deploy
