// Databases with routines in LANGUAGE c of libraries that no scratch database loads.
#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrContains;
using testing::TestDatabase;

constexpr char kLose[] = "UPDATE pg_proc SET probin = '/usr/lib/gone.so' WHERE proname = 'gone';";

// A library of PostgreSQL's own under its whole path and under its bare name, and one that is not
// there any more.
std::string Sql() {
  const std::string folder = testing::QueryText(
      testing::TestServer::Get().Url(), "SELECT setting FROM pg_config WHERE name = 'PKGLIBDIR'");
  return absl::StrReplaceAll(
      "CREATE FUNCTION public.whole() RETURNS trigger LANGUAGE c AS '@/plpgsql', "
      "'plpgsql_call_handler';"
      "CREATE FUNCTION public.bare() RETURNS trigger LANGUAGE c AS 'plpgsql', "
      "'plpgsql_call_handler';"
      "CREATE FUNCTION public.gone(a int) RETURNS int LANGUAGE c IMMUTABLE AS 'plpgsql', "
      "'plpgsql_call_handler';"
      "@@"
      "CREATE TABLE public.t (id int PRIMARY KEY, a int, name varchar(9), CONSTRAINT c CHECK (name "
      "IN ('a', 'b')));"
      "CREATE INDEX i ON public.t (public.gone(a)) WHERE false;"
      "CREATE TRIGGER tr BEFORE DELETE ON public.t FOR EACH ROW EXECUTE FUNCTION public.whole()",
      {{"@@", kLose}, {"@/", folder + "/"}});
}

struct Project {
  Project() {
    database.Run(Sql());
    REQUIRE(Run({"init"}).code == 0);
    REQUIRE(Run({"import", "--url", database.Url(), "--output", "models/m.txtpb"}).code == 0);
    model = *ReadFile("models/m.txtpb");
  }
  // The model with `from` replaced, which must be there.
  void Write(const std::string& from, const std::string& to) const {
    const std::string text = absl::StrReplaceAll(model, {{from, to}});
    REQUIRE(text != model);
    REQUIRE(WriteFile("models/m.txtpb", text, Overwrite::kReplace).ok());
  }
  Outcome Run(std::vector<std::string> arguments, int code = 0) {
    if (arguments[0] != "init" && arguments[0] != "import") {
      arguments.insert(arguments.end(), {"--url", database.Url()});
    }
    Outcome outcome = RunMain(arguments);
    CAPTURE(arguments[0]);
    CAPTURE(outcome.out);
    CAPTURE(outcome.err);
    CHECK(outcome.code == code);
    return outcome;
  }
  ScratchFolder folder;
  TestDatabase database;
  std::string model;
};

// So that the model must be built: as a person writes it.
constexpr char kColumn[] = "character varying(9)";

TEST_CASE("routines of libraries outside $libdir: compared, proved around, and named") {
  Project project;
  REQUIRE(StrContains(project.model, "/usr/lib/gone.so"));
  REQUIRE(StrContains(project.model, kColumn));
  project.Run({"check"});
  project.Write(kColumn, "varchar(9)");
  project.Run({"check"});

  project.Write("/usr/lib/gone.so", "/usr/lib/other.so");
  Outcome outcome = project.Run({"check"}, 1);
  CHECK(StrContains(outcome.out, "alter function public.gone(integer)"));
  CHECK(StrContains(outcome.err, "not proved: routine public.gone of /usr/lib/other.so"));
  CHECK_FALSE(StrContains(outcome.out, "public.bare"));

  // A change beside them is written and proved.
  project.Write(kColumn, "varchar(12)");
  outcome = project.Run({"-m", "longer names", "--no-input"});
  CHECK(StrContains(outcome.err, "not proved: routine public.whole of "));
  auto scripts = ListFiles("versions", ".sql", true);
  REQUIRE(scripts->size() == 1);
  const std::string script = *ReadFile(scripts->front());
  CHECK(StrContains(script, "-- proof: PostgreSQL"));
  CHECK_FALSE(StrContains(script, "stands_for"));
  project.Run({"upgrade"});
  project.Run({"check"});
}

TEST_CASE("scripts and SQL files that make such routines are verified and compared") {
  Project project;
  REQUIRE(WriteFile("s.sql",
                    absl::StrReplaceAll(
                        Sql(), {{kLose, ""},
                                {"IMMUTABLE AS 'plpgsql'", "IMMUTABLE AS '/usr/lib/gone.so'"}}),
                    Overwrite::kNever)
              .ok());
  Outcome outcome =
      RunMain({"diff", "--from", "s.sql", "--to", project.database.Url(), "--exit-code"});
  CAPTURE(outcome.out);
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  REQUIRE(
      WriteFile("versions/a.sql",
                "-- a\n--\n-- revision: aaa1\n-- revises: base\n\n-- autogen: upgrade\n\nCREATE "
                "FUNCTION f() RETURNS int LANGUAGE c AS '/usr/lib/x.so', 'f';\nCREATE OR "
                "REPLACE FUNCTION f() RETURNS int LANGUAGE c AS '/usr/lib/x.so', 'g';\n\n-- "
                "autogen: downgrade\n\nDROP FUNCTION f();\n",
                Overwrite::kNever)
          .ok());
  outcome = project.Run({"verify"});
  CHECK(StrContains(outcome.err, "not proved: routine f of /usr/lib/x.so"));
}

}  // namespace
}  // namespace autogen::cli
