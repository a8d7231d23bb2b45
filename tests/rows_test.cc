// Statements about rows, verified on a server: the checks count exactly the rows that an upgrade
// fails on, and the downgrade marks are those that synthetic rows show.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/deploy/preflight.h"
#include "src/generate/json.h"
#include "src/generate/pipeline.h"
#include "src/introspect/introspect.h"
#include "src/postgres/connection.h"
#include "src/rows/reversal.h"
#include "tests/support/server.h"

namespace autogen::generate {
namespace {

struct Session {
  explicit Session(const std::string& sql) {
    postgres::ConnectOptions options;
    options.url = database.Url();
    auto opened = postgres::Connection::Open(options);
    REQUIRE(opened.ok());
    connection = std::make_unique<postgres::Connection>(std::move(*opened));
    Run(sql);
  }
  void Run(const std::string& sql) {
    absl::Status status = connection->Exec(sql).status();
    CAPTURE(sql);
    CAPTURE(status.message());
    REQUIRE(status.ok());
  }
  model::Snapshot Read() {
    auto snapshot = introspect::Introspect(*connection, {});
    REQUIRE(snapshot.ok());
    return *snapshot;
  }
  testing::TestDatabase database;
  std::unique_ptr<postgres::Connection> connection;
};

bool AtLeast(int major) { return testing::TestServer::Get().version() >= major * 10000; }

struct Case {
  const char* name;
  const char* before;
  const char* after;
  const char* rows;   // some of them violating
  int64_t violating;  // as all the checks count them
  int server = 13;
};

const Case kCases[] = {
    {"NOT NULL over NULLs", "CREATE TABLE t (a integer, b text)",
     "CREATE TABLE t (a integer NOT NULL, b text)", "INSERT INTO t VALUES (1), (NULL), (NULL)", 2},
    {"NOT NULL in a quoted place", R"(CREATE TABLE "My ""T" ("a 'b" integer))",
     R"(CREATE TABLE "My ""T" ("a 'b" integer NOT NULL))",
     R"(INSERT INTO "My ""T" VALUES (1), (NULL))", 1},
    {"a new NOT NULL column", "CREATE TABLE t (a integer)",
     "CREATE TABLE t (a integer, b integer NOT NULL)", "INSERT INTO t VALUES (1), (2)", 2},
    {"bigint to integer", "CREATE TABLE t (a bigint)", "CREATE TABLE t (a integer)",
     "INSERT INTO t VALUES (1), (2147483647), (2147483648), (-2147483649), (NULL)", 2},
    {"numeric to smallint rounds", "CREATE TABLE t (a numeric)", "CREATE TABLE t (a smallint)",
     "INSERT INTO t VALUES (32767.4), (32767.5), (-32768.4), (-32768.5), ('NaN')", 3},
    {"double precision to integer rounds to even", "CREATE TABLE t (a double precision)",
     "CREATE TABLE t (a integer)",
     "INSERT INTO t VALUES (2147483647.4), (2147483647.5), (-2147483648.5), ('NaN'), ('Infinity')",
     3},
    {"numeric with fewer digits", "CREATE TABLE t (a numeric(10,2))",
     "CREATE TABLE t (a numeric(4,1))", "INSERT INTO t VALUES (999.94), (999.95), (-1000), ('NaN')",
     2},
    {"varchar cut", "CREATE TABLE t (a varchar(20))", "CREATE TABLE t (a varchar(3))",
     "INSERT INTO t VALUES ('abc'), ('abc   '), ('abcd'), (NULL)", 1},
    {"integer to a short varchar", "CREATE TABLE t (a integer)", "CREATE TABLE t (a varchar(3))",
     "INSERT INTO t VALUES (999), (-99), (1000), (-100)", 2},
    {"text to integer", "CREATE TABLE t (a text)", "CREATE TABLE t (a integer)",
     "INSERT INTO t VALUES ('1'), (' -7 '), ('x'), ('1.5'), (''), ('99999999999')", 4},
    {"text to numeric", "CREATE TABLE t (a text)", "CREATE TABLE t (a numeric(3,1))",
     "INSERT INTO t VALUES ('1'), ('1e1'), ('.5'), ('NaN'), ('x'), ('100'), ('1.')", 2},
    {"text to uuid", "CREATE TABLE t (a text)", "CREATE TABLE t (a uuid)",
     "INSERT INTO t VALUES ('6f1c2a34-0000-4000-8000-000000000001'), "
     "('{6F1C2A34000040008000000000000001}'), ('6f1c'), ('z')",
     2},
    {"text to boolean", "CREATE TABLE t (a text)", "CREATE TABLE t (a boolean)",
     "INSERT INTO t VALUES ('t'), (' YES '), ('off'), ('maybe'), ('o'), ('2')", 3},
    {"text to date", "CREATE TABLE t (a text)", "CREATE TABLE t (a date)",
     "INSERT INTO t VALUES ('2026-01-31'), ('2026-02-31'), ('today'), ('x')", 2, 16},
    {"text to jsonb", "CREATE TABLE t (a text)", "CREATE TABLE t (a jsonb)",
     "INSERT INTO t VALUES ('{}'), ('{'), ('1')", 1, 16},
    {"text to an enum", "CREATE TYPE m AS ENUM ('a', 'it''s'); CREATE TABLE t (a text)",
     "CREATE TYPE m AS ENUM ('a', 'it''s'); CREATE TABLE t (a m)",
     "INSERT INTO t VALUES ('a'), ('it''s'), ('c'), (NULL)", 1},
    {"a label that goes", "CREATE TYPE m AS ENUM ('a', 'b', 'c'); CREATE TABLE t (a m, b m)",
     "CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE t (a m, b m)",
     "INSERT INTO t VALUES ('a', 'c'), ('c', 'b'), ('b', NULL)", 2},
    {"a label that goes from arrays", "CREATE TYPE m AS ENUM ('a', 'c'); CREATE TABLE t (a m[])",
     "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (a m[])",
     "INSERT INTO t VALUES ('{a,NULL}'), ('{a,c}'), (NULL)", 1},
    {"bit of another length", "CREATE TABLE t (a bit varying(5))", "CREATE TABLE t (a bit(3))",
     "INSERT INTO t VALUES (B'101'), (B'1'), (B'11111')", 2},
    {"unique over repeats", "CREATE TABLE t (a integer, b text)",
     "CREATE TABLE t (a integer, b text, UNIQUE (a, b))",
     "INSERT INTO t VALUES (1, 'x'), (1, 'x'), (1, 'x'), (1, NULL), (1, NULL), (2, 'x')", 2},
    {"unique, NULLs alike", "CREATE TABLE t (a integer)",
     "CREATE TABLE t (a integer, UNIQUE NULLS NOT DISTINCT (a))",
     "INSERT INTO t VALUES (1), (NULL), (NULL)", 1, 15},
    {"a unique index of an expression and a part", "CREATE TABLE t (a text, open boolean)",
     "CREATE TABLE t (a text, open boolean); CREATE UNIQUE INDEX i ON t (lower(a)) WHERE open",
     "INSERT INTO t VALUES ('x', true), ('X', true), ('X', false), ('y', true)", 1},
    {"a unique index of a materialized view",
     "CREATE TABLE t (a integer); CREATE MATERIALIZED VIEW v AS SELECT 1 AS a UNION ALL SELECT 1",
     "CREATE TABLE t (a integer); CREATE MATERIALIZED VIEW v AS SELECT 1 AS a UNION ALL SELECT 1; "
     "DROP MATERIALIZED VIEW v; CREATE TABLE u (b integer)",
     "", 0},
    {"a primary key", "CREATE TABLE t (a integer, b integer)",
     "CREATE TABLE t (a integer PRIMARY KEY, b integer)", "INSERT INTO t VALUES (1), (1), (2)", 1},
    {"a foreign key over orphans",
     "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer)",
     "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer REFERENCES p)",
     "INSERT INTO p VALUES (1); INSERT INTO t VALUES (1), (2), (NULL)", 1},
    {"a foreign key to itself", "CREATE TABLE t (id integer PRIMARY KEY, up integer)",
     "CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t)",
     "INSERT INTO t VALUES (1, 1), (2, 1), (3, 9)", 1},
    {"MATCH FULL",
     "CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b)); "
     "CREATE TABLE t (a integer, b integer)",
     "CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b)); "
     "CREATE TABLE t (a integer, b integer, FOREIGN KEY (a, b) REFERENCES p MATCH FULL)",
     "INSERT INTO p VALUES (1, 2); INSERT INTO t VALUES (1, 2), (1, NULL), (NULL, NULL), (3, 4)",
     2},
    {"a foreign key to a new table", "CREATE TABLE t (a integer)",
     "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer REFERENCES p)",
     "INSERT INTO t VALUES (1), (NULL)", 1},
    {"a foreign key that is validated",
     "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer); INSERT INTO t VALUES "
     "(7); "
     "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID",
     "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer); "
     "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p",
     "", 1},
    {"a check", "CREATE TABLE t (a integer, b integer)",
     "CREATE TABLE t (a integer, b integer, CHECK (a < b))",
     "INSERT INTO t VALUES (1, 2), (2, 1), (NULL, 1)", 1},
    {"a check with a line end in it", "CREATE TABLE t (a text)",
     "CREATE TABLE t (a text, CHECK (a <> E'x\\ny\\\\'))",
     "INSERT INTO t VALUES (E'x\\ny\\\\'), ('x')", 1},
    {"a check over a new column", "CREATE TABLE t (a integer)",
     "CREATE TABLE t (a integer, b integer DEFAULT 5, CHECK (a < b))",
     "INSERT INTO t VALUES (1), (9)", 1},
    {"a check over a changed column", "CREATE TABLE t (a text)",
     "CREATE TABLE t (a integer, CHECK (a > 5))", "INSERT INTO t VALUES ('10'), ('2')", 1},
    {"an exclusion", "CREATE TABLE t (r int4range)",
     "CREATE TABLE t (r int4range, EXCLUDE USING gist (r WITH &&))",
     "INSERT INTO t VALUES ('[1,5)'), ('[4,6)'), ('[7,8)'), (NULL), (NULL)", 1},
    {"NOT NULL of a domain", "CREATE DOMAIN d AS text; CREATE TABLE t (a d); CREATE TABLE u (b d)",
     "CREATE DOMAIN d AS text NOT NULL; CREATE TABLE t (a d); CREATE TABLE u (b d)",
     "INSERT INTO t VALUES ('x'), (NULL); INSERT INTO u VALUES (NULL)", 2},
    {"a check of a domain", "CREATE DOMAIN d AS integer; CREATE TABLE t (a d)",
     "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TABLE t (a d)",
     "INSERT INTO t VALUES (1), (0), (NULL)", 1},
    {"a column that becomes a domain",
     "CREATE DOMAIN d AS text CHECK (VALUE LIKE '%@%'); CREATE TABLE t (a text)",
     "CREATE DOMAIN d AS text CHECK (VALUE LIKE '%@%'); CREATE TABLE t (a d)",
     "INSERT INTO t VALUES ('a@b'), ('x'), (NULL)", 1},
    {"a table that becomes a partition",
     "CREATE TABLE p (a integer) PARTITION BY RANGE (a); CREATE TABLE t (a integer)",
     "CREATE TABLE p (a integer) PARTITION BY RANGE (a); "
     "CREATE TABLE t PARTITION OF p FOR VALUES FROM (1) TO (10)",
     "INSERT INTO t VALUES (1), (9), (10), (0)", 2},
    {"a partition beside a default one",
     "CREATE TABLE p (a text) PARTITION BY LIST (a); CREATE TABLE d PARTITION OF p DEFAULT",
     "CREATE TABLE p (a text) PARTITION BY LIST (a); CREATE TABLE d PARTITION OF p DEFAULT; "
     "CREATE TABLE t PARTITION OF p FOR VALUES IN ('x', NULL)",
     "INSERT INTO p VALUES ('x'), ('y'), (NULL)", 2},
};

TEST_CASE("checks count the rows that an upgrade fails on, and without them it runs") {
  for (const Case& c : kCases) {
    if (!AtLeast(c.server)) continue;
    CAPTURE(std::string(c.name));
    Session work(c.before), other(c.after);
    model::Snapshot before = work.Read();
    auto comparison = Compare(before, other.Read(), {});
    REQUIRE(comparison.ok());
    work.Run(c.rows);
    std::string upgrade = render::ToSql(comparison->upgrade);
    CAPTURE(upgrade);

    std::vector<deploy::DataCheck> checks;
    for (const rows::ViolatingRows& o : comparison->violating) {
      checks.push_back({o.count, o.what, "", false});
    }
    auto answers = deploy::RunPreflight(work.database.Url(), checks, {});
    REQUIRE(answers.ok());
    int64_t rows = 0;
    for (const deploy::DataCheckResult& a : *answers) {
      CHECK_MESSAGE(a.problem.empty(), a.problem);
      rows += a.rows;
    }
    CHECK(rows == c.violating);
    bool ran = work.connection->Exec(absl::StrCat("BEGIN;", upgrade)).ok();
    CHECK(ran == (c.violating == 0));
    work.Run("ROLLBACK");
    for (const rows::ViolatingRows& o : comparison->violating) {
      if (absl::StrContains(c.before, "MATERIALIZED")) continue;
      work.Run(
          absl::StrCat("DELETE FROM ", o.relation, " WHERE (tableoid, ctid) IN (", o.rows, ")"));
    }
    absl::Status again = work.connection->Exec(upgrade).status();
    CHECK_MESSAGE(again.ok(), again.message());
  }
}

TEST_CASE("checks have the names of before the renames") {
  Session work(
      "CREATE TYPE m AS ENUM ('a', 'b', 'c'); CREATE TABLE task (effort integer, state m, k text); "
      "INSERT INTO task VALUES (1, 'a', 'x'), (NULL, 'c', 'x')");
  Session other(
      "CREATE TYPE m AS ENUM ('A', 'b'); CREATE TABLE tasks (estimate integer NOT NULL, state m, "
      "key text UNIQUE, CHECK (estimate > 1))");
  auto wanted = std::make_shared<Schema>();
  Table* table = wanted->add_table();
  table->set_name("tasks");
  table->set_renamed_from("task");
  for (auto [name, from] : {std::pair("estimate", "effort"), std::pair("key", "k")}) {
    Column* column = table->add_column();
    column->set_name(name);
    column->set_renamed_from(from);
  }
  Enum* type = wanted->add_enum_();
  type->set_name("m");
  Enum::LabelRename* label = type->add_renamed_label();
  label->set_from("a");
  label->set_to("A");
  scratch::Options scratch;
  scratch.url = testing::TestServer::Get().Url();
  scratch.disposable = true;
  Pipeline pipeline({}, scratch);
  Pair pair{work.Read(), other.Read(), wanted};
  auto comparison = pipeline.Compare(pair);
  REQUIRE(comparison.ok());
  std::vector<std::string> counts;
  for (const rows::ViolatingRows& o : comparison->violating) {
    auto answer = work.connection->Exec(o.count);
    CHECK_MESSAGE(answer.ok(), o.count, " ", answer.status().message());
    if (answer.ok()) counts.push_back(absl::StrCat(o.what, ": ", answer->Int(0, 0)));
  }
  std::sort(counts.begin(), counts.end());
  CHECK(absl::StrJoin(counts, "\n") ==
        "tasks.estimate is NULL: 1\n"
        "tasks.state cannot be converted to public.m: 1\n"
        "tasks.tasks_estimate_check: a row violates it: 1\n"
        "tasks.tasks_key_key: key has duplicates: 1");
  auto proof = pipeline.Prove(pair, *comparison);
  REQUIRE(proof.ok());
  CHECK_MESSAGE(proof->proved, proof->difference);
  REQUIRE(proof->trial.has_value());
  CHECK(proof->trial->untried == "");
}

struct Mark {
  const char* name;
  const char* before;
  const char* after;
  const char* object;  // of the operation that is looked at
  const char* mark;    // the start of its description
};

const Mark kMarks[] = {
    {"a dropped column", "CREATE TABLE t (id integer PRIMARY KEY, a text)",
     "CREATE TABLE t (id integer PRIMARY KEY)", "public.t.a", "lossy (public.t.a: "},
    {"a dropped column that must have values",
     "CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL)",
     "CREATE TABLE t (id integer PRIMARY KEY)", "public.t.a", "not reversible"},
    {"a dropped column with a default",
     "CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL DEFAULT 'x')",
     "CREATE TABLE t (id integer PRIMARY KEY)", "public.t.a", "lossy (public.t.a: "},
    {"a dropped table", "CREATE TABLE t (id integer); CREATE TABLE u (id integer)",
     "CREATE TABLE u (id integer)", "public.t", "lossy (public.t: "},
    {"an added column", "CREATE TABLE t (id integer)", "CREATE TABLE t (id integer, a text)",
     "public.t.a", "lossless"},
    {"a wider type", "CREATE TABLE t (a integer)", "CREATE TABLE t (a bigint)", "public.t.a",
     "lossless"},
    {"a timestamp that becomes a date", "CREATE TABLE t (a timestamp)", "CREATE TABLE t (a date)",
     "public.t.a", "lossy (public.t.a: "},
    {"digits that are rounded", "CREATE TABLE t (a numeric)", "CREATE TABLE t (a numeric(30,1))",
     "public.t.a", "lossy (public.t.a: "},
    {"json that becomes jsonb", "CREATE TABLE t (a json)", "CREATE TABLE t (a jsonb)", "public.t.a",
     "lossy (public.t.a: "},
    {"blanks that char takes away, which no rule tells", "CREATE TABLE t (a varchar(30))",
     "CREATE TABLE t (a char(30))", "public.t.a", "lossy (public.t.a: "},
    {"text that becomes a number", "CREATE TABLE t (a text)", "CREATE TABLE t (a integer)",
     "public.t.a", "lossy (public.t.a: "},
    {"an enum's label renamed by hand: replaced",
     "CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE t (a m)",
     "CREATE TYPE m AS ENUM ('b'); CREATE TABLE t (a m)", "public.t.a", "lossless"},
    {"NOT NULL", "CREATE TABLE t (a integer)", "CREATE TABLE t (a integer NOT NULL)", "public.t.a",
     "lossless"},
    {"a dropped attribute",
     "CREATE TYPE c AS (x integer, y integer); CREATE TABLE t (id integer PRIMARY KEY, a c)",
     "CREATE TYPE c AS (x integer); CREATE TABLE t (id integer PRIMARY KEY, a c)", "public.c",
     "lossy (public.t.a: "},
    {"a partition that goes",
     "CREATE TABLE p (a integer) PARTITION BY LIST (a); "
     "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); "
     "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)",
     "CREATE TABLE p (a integer) PARTITION BY LIST (a); "
     "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
     "public.p2", "lossy (public.p"},
};

TEST_CASE("the downgrade is marked as synthetic rows show it") {
  scratch::Options scratch;
  scratch.url = testing::TestServer::Get().Url();
  scratch.disposable = true;
  for (const Mark& w : kMarks) {
    CAPTURE(std::string(w.name));
    Session work(w.before), other(w.after);
    Pair pair{work.Read(), other.Read(), nullptr};
    Pipeline pipeline({}, scratch);
    auto comparison = pipeline.Compare(pair);
    REQUIRE(comparison.ok());
    auto proof = pipeline.Prove(pair, *comparison);
    REQUIRE(proof.ok());
    CHECK_MESSAGE(proof->proved, proof->difference);
    REQUIRE(proof->trial.has_value());
    CHECK(proof->trial->untried == "");
    CHECK(proof->trial->rows > 0);
    rows::AddTrial(*proof->trial, &*comparison);
    std::string upgrade = render::ToSql(comparison->upgrade);
    CAPTURE(upgrade);
    bool found = false;
    for (size_t i = 0; i < comparison->plan.operations.size(); ++i) {
      if (model::DisplayName(comparison->plan.operations[i].id) != w.object) continue;
      if (found) continue;
      found = true;
      const rows::Reversal& reversal = comparison->reversals[i];
      CHECK_MESSAGE(absl::StartsWith(rows::Describe(reversal), w.mark), rows::Describe(reversal));
      CHECK(reversal.tried);
      CHECK(absl::StrContains(upgrade, absl::StrCat("-- downgrade: ", rows::Describe(reversal))));
    }
    CHECK(found);
    CHECK(absl::StrContains(ToJson(*comparison), "\"downgrade\""));
  }
}

}  // namespace
}  // namespace autogen::generate
