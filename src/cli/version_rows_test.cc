// What counts as applied, where the version table or the scripts are not as a run left them.
#include <doctest/doctest.h>

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using testing::QueryText;
using testing::TestDatabase;

// A project with a database.
struct Bench {
  Bench() { REQUIRE(RunMain({"init"}).code == 0); }

  Outcome Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--url", database.Url()});
    return RunMain(arguments);
  }
  std::string Ok(const std::vector<std::string>& arguments) const {
    const Outcome outcome = Run(arguments);
    CAPTURE(arguments.front());
    CAPTURE(outcome.err);
    CHECK(outcome.code == 0);
    return absl::StrCat(outcome.out, outcome.err);
  }
  // A script that creates a table of its own name.
  static void Script(const std::string& id, const std::string& revises,
                     const std::string& depends_on = "") {
    std::ofstream(absl::StrCat("versions/", id, ".sql"))
        << "-- " << id << "\n-- revision: " << id << "\n-- revises: " << revises
        << (depends_on.empty() ? "" : absl::StrCat("\n-- depends on: ", depends_on))
        << "\n\n-- autogen: upgrade\nCREATE TABLE of_" << id
        << " (n int);\n\n-- autogen: downgrade\nDROP TABLE of_" << id << ";\n";
  }
  std::string Rows() const {
    return QueryText(database.Url(),
                     "SELECT string_agg(version_num, ' ' ORDER BY 1) FROM "
                     "autogen_version");
  }

  ScratchFolder folder;
  TestDatabase database;
};

TEST_CASE("a row that another one includes goes with the next change, up or down") {
  for (const bool dependency : {false, true}) {
    CAPTURE(dependency);
    Bench bench;
    Bench::Script("root", "base");
    Bench::Script("left", "root");
    Bench::Script("right", "root");
    bench.Ok({"upgrade", "heads"});
    // The fork is joined by hand: `right` now revises `left`.
    dependency ? Bench::Script("right", "root", "left") : Bench::Script("right", "left");
    const std::string current = bench.Ok({"current"});
    CHECK(absl::StrContains(current, "the version table has a row for left, which right includes"));
    CHECK(!absl::StrContains(current, "left (current)"));
    CHECK(bench.Run({"current", "--strict"}).code == 2);
    CHECK(bench.Rows() == "left right");
    CHECK(absl::StrContains(bench.Ok({"upgrade", "heads"}), "nothing to do"));

    SUBCASE("up") {
      Bench::Script("more", "right");
      bench.Ok({"upgrade", "heads"});
      CHECK(bench.Rows() == "more");
    }
    SUBCASE("down") {
      // Below a revision that depends on `left`, which revises the same one: without both.
      bench.Ok({"downgrade", "right-1"});
      CHECK(bench.Rows() == (dependency ? "root" : "left"));
      bench.Ok({"downgrade", "base"});
      CHECK(bench.Rows() == "");
    }
    SUBCASE("stamp") {
      bench.Ok({"stamp", "heads"});
      CHECK(bench.Rows() == "right");
    }
    SUBCASE("--single-transaction") {
      Bench::Script("more", "right");
      Bench::Script("most", "more");
      bench.Ok({"upgrade", "heads", "--single-transaction"});
      CHECK(bench.Rows() == "most");
    }
    CHECK(!absl::StrContains(bench.Ok({"current"}), "warning"));
  }
}

TEST_CASE("a revision that counts as applied and never ran here is named with the ways out") {
  Bench bench;
  Bench::Script("root", "base");
  Bench::Script("top", "root");
  bench.Ok({"upgrade"});
  Bench::Script("under", "root");
  Bench::Script("below", "base");
  Bench::Script("root", "below");
  Bench::Script("top", "under");
  const std::string named =
      "below, under count as applied, since top is, but by the ledger they "
      "never ran here. Where the database has their changes: autogen stamp "
      "top";
  CHECK(absl::StrContains(bench.Ok({"current"}), named));
  CHECK(absl::StrContains(bench.Ok({"upgrade"}), named));
  bench.Ok({"stamp", "top"});
  CHECK(!absl::StrContains(bench.Ok({"current"}), "never ran here"));
}

TEST_CASE("what was applied before there was a ledger counts as having run") {
  Bench bench;
  Bench::Script("root", "base");
  Bench::Script("top", "root");
  bench.database.Run(
      "CREATE TABLE autogen_version (version_num varchar(32) PRIMARY KEY); INSERT INTO "
      "autogen_version VALUES ('root')");
  CHECK(!absl::StrContains(bench.Ok({"upgrade"}), "never ran here"));
  CHECK(!absl::StrContains(bench.Ok({"current"}), "never ran here"));
}

TEST_CASE("no run starts at base where the ledger says otherwise") {
  for (const char* loss : {"DELETE FROM autogen_version", "DROP TABLE autogen_version"}) {
    CAPTURE(loss);
    Bench bench;
    Bench::Script("root", "base");
    bench.Ok({"upgrade"});
    bench.database.Run(loss);
    for (const char* command : {"upgrade", "current"}) {
      const Outcome outcome = bench.Run({command});
      CHECK(outcome.code == 2);
      CHECK(absl::StrContains(outcome.err, "is empty, but the last entry of its ledger"));
    }
    bench.Ok({"stamp", "root"});
    CHECK(absl::StrContains(bench.Ok({"upgrade"}), "nothing to do: at root"));
    bench.Ok({"downgrade", "base"});
    bench.Ok({"upgrade"});
  }
}

TEST_CASE("the version table is the one that is there, whatever the search path has become") {
  const char* changes[] = {
      "CREATE SCHEMA IF NOT EXISTS extra; ALTER DATABASE %s SET search_path = extra",
      "ALTER DATABASE %s SET search_path = ''",
      "ALTER DATABASE %s SET search_path = nowhere, public",
  };
  for (const char* change : changes) {
    CAPTURE(change);
    Bench bench;
    Bench::Script("root", "base");
    bench.Ok({"upgrade"});
    bench.database.Run(absl::StrReplaceAll(change, {{"%s", bench.database.name()}}));
    CHECK(absl::StrContains(bench.Ok({"upgrade"}), "nothing to do: at root"));
    CHECK(QueryText(bench.database.Url(),
                    "SELECT count(*) FROM pg_class WHERE relname = 'autogen_version'") == "1");
  }
}

TEST_CASE("ids are of any length that a version table can hold") {
  Bench bench;
  const std::string id = "release_2031_07_add_loyalty_points_to_every_customer";
  const std::string longest(2600, 'x');
  Bench::Script("root", "base");
  // As Alembic makes it.
  bench.database.Run(
      "CREATE TABLE autogen_version (version_num varchar(32) NOT NULL, CONSTRAINT "
      "autogen_version_pkc PRIMARY KEY (version_num)); INSERT INTO autogen_version VALUES "
      "('root')");
  bench.Ok({"revision", "-m", "long", "--rev-id", id});
  bench.Ok({"revision", "-m", "longest", "--rev-id", longest});
  CHECK(absl::StrContains(bench.Ok({"upgrade"}), "version_num is now of type text"));
  CHECK(bench.Rows() == longest);
  bench.Ok({"downgrade", "-1"});
  CHECK(bench.Rows() == id);
  const Outcome refused = bench.Run({"revision", "-m", "x", "--rev-id", longest + "x"});
  CHECK(refused.code == 2);
  CHECK(absl::StrContains(refused.err, "longer than the version table can hold"));
}

}  // namespace
}  // namespace autogen::cli
