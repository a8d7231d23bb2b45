// Who may approve, who may choose a program or a file: not the repository alone.
#include <doctest/doctest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrContains;
using testing::QueryText;
using testing::TestDatabase;

// A variable while it lives.
struct Variable {
  Variable(const char* name, const std::string& value) : name(name) {
    setenv(name, value.c_str(), 1);
  }
  ~Variable() { unsetenv(name); }
  const char* name;
};

// A repository with a script that drops a column, and folders outside of it.
struct Shop {
  Shop() {
    std::filesystem::create_directories("repository/.git");
    std::filesystem::create_directories("outside");
    outside = (std::filesystem::current_path() / "outside").string();
    std::filesystem::current_path("repository");
    REQUIRE(RunMain({"init"}).code == 0);
    database.Run("CREATE TABLE t (a int, b int)");
    std::ofstream("versions/aaa1.sql")
        << "-- one\n--\n-- revision:   aaa1\n-- revises:    base\n\n-- autogen: upgrade\n\n"
           "ALTER TABLE t DROP COLUMN b;\n\n-- autogen: downgrade\n\nALTER TABLE t ADD COLUMN b "
           "int;\n";
  }
  Outcome Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--url", database.Url()});
    return RunMain(arguments);
  }
  void Configure(const std::string& text) { std::ofstream("autogen.txtpb") << text; }
  void Approve(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"approve", "aaa1", "--by", "ann", "--reason", "it is empty"});
    Outcome outcome = Run(more);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    REQUIRE(StrContains(outcome.out, "approved versions/aaa1.sql:8: data-loss"));
  }
  // Whether the column is dropped.
  bool Ran() {
    return QueryText(database.Url(),
                     "SELECT count(*) FROM pg_attribute WHERE attrelid = "
                     "'public.t'::regclass AND attname = 'b'") == "0";
  }
  ScratchFolder folder;
  TestDatabase database;
  std::string outside;
};

constexpr char kRequire[] = "apply { require_approval: \"data-loss\" }\n";

TEST_CASE("upgrade shows for each approval who gave it, why, and where") {
  Shop shop;
  shop.Configure(kRequire);
  CHECK(shop.Run({"upgrade"}).code == 2);
  shop.Approve();
  Outcome outcome = shop.Run({"upgrade"});
  CHECK(outcome.code == 0);
  CHECK(StrContains(outcome.out,
                    "versions/aaa1.sql:8: data-loss: drops column t.b: approved by ann, \"it is "
                    "empty\", versions/approvals.txtpb (in the repository)\n"));
  CHECK(shop.Ran());
}

TEST_CASE("without $USER an approval is by the account; without a reason there is none") {
  Shop shop;
  shop.Configure(kRequire);
  const char* set = getenv("USER");
  const std::string user = set == nullptr ? "" : set;
  unsetenv("USER");
  CHECK(StrContains(shop.Run({"approve", "aaa1"}).err, "an approval needs a reason"));
  CHECK(shop.Run({"approve", "aaa1", "--reason", "it is empty"}).code == 0);
  if (set != nullptr) setenv("USER", user.c_str(), 1);
  const Outcome outcome = shop.Run({"upgrade"});
  CHECK(outcome.code == 0);
  CHECK(StrContains(outcome.out, absl::StrCat("approved by ", getpwuid(geteuid())->pw_name,
                                              ", \"it is empty\"")));
}

TEST_CASE("what is required from outside holds whatever the repository says") {
  Shop shop;
  shop.Configure("");
  CHECK(shop.Run({"upgrade", "--require-approval", "data-loss"}).code == 2);
  CHECK(shop.Run({"upgrade", "--sql", "--require-approval", "data-loss"}).code == 2);
  {
    Variable required("AUTOGEN_REQUIRE_APPROVAL", "rename, data-loss");
    CHECK(shop.Run({"upgrade"}).code == 2);
  }
  std::ofstream(shop.outside + "/user.txtpb")
      << "require_approval: \"data-loss\" approvals: \"" << shop.outside << "/yes.txtpb\"\n";
  REQUIRE(chmod((shop.outside + "/user.txtpb").c_str(), 0600) == 0);
  Variable user("AUTOGEN_USER_CONFIG", shop.outside + "/user.txtpb");
  // The repository's own approvals do not count then, wherever it says they are.
  shop.Configure(kRequire);
  {
    Variable none("AUTOGEN_USER_CONFIG", shop.outside + "/none.txtpb");
    std::ofstream(shop.outside + "/none.txtpb") << "";
    shop.Approve();
    setenv("AUTOGEN_USER_CONFIG", (shop.outside + "/user.txtpb").c_str(), 1);
    Outcome outcome = shop.Run({"upgrade"});
    CHECK(outcome.code == 2);
    CHECK(StrContains(outcome.err, absl::StrCat("without an approval in ", shop.outside)));
  }
  setenv("AUTOGEN_USER_CONFIG", (shop.outside + "/user.txtpb").c_str(), 1);
  CHECK(!shop.Ran());
  shop.Approve();
  Outcome outcome = shop.Run({"upgrade"});
  CHECK(outcome.code == 0);
  CHECK(StrContains(outcome.out, "/yes.txtpb (outside of the repository)\n"));
  CHECK(shop.Ran());
}

TEST_CASE("only the sources that are demanded count, and an unknown one is refused") {
  Shop shop;
  shop.Configure(kRequire);
  shop.Approve();
  CHECK(shop.Run({"upgrade", "--approvals-from", "database"}).code == 2);
  CHECK(StrContains(shop.Run({"upgrade", "--approvals-from", "file"}).err, "--approvals names"));
  CHECK(StrContains(shop.Run({"upgrade", "--approvals-from", "data"}).err, "approvals from data"));
  {
    Variable from("AUTOGEN_APPROVALS_FROM", "database");
    CHECK(StrContains(shop.Run({"upgrade"}).err,
                      "autogen approve aaa1 --reason \"…\" --in-database"));
  }
  CHECK(!shop.Ran());
  CHECK(shop.Run({"upgrade", "--approvals-from", "repository"}).code == 0);
}

TEST_CASE("approvals in the database count for a role that could not have written them") {
  Shop shop;
  shop.Configure(kRequire);
  shop.Approve({"--in-database"});
  // The superuser that upgrades could have written it by a script.
  Outcome outcome = shop.Run({"upgrade"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.err, "approvals in the database do not count: role "));
  const std::string name = shop.database.name();
  const std::string role = name + "_deploy", other = name + "_dba";
  shop.database.Run(absl::StrCat("CREATE ROLE ", role, " LOGIN; CREATE ROLE ", other,
                                 "; ALTER TABLE t OWNER TO ", role,
                                 "; ALTER SCHEMA public OWNER TO ", role));
  const std::string url = absl::StrCat(
      shop.database.Url(), StrContains(shop.database.Url(), "://") ? "&user=" : " user=", role);
  auto upgrade = [&] { return RunMain({"upgrade", "--url", url}); };
  for (const char* right : {"INSERT ON autogen_approvals.approval",
                            "UPDATE (reason) ON "
                            "autogen_approvals.approval",
                            "CREATE ON SCHEMA autogen_approvals"}) {
    CAPTURE(std::string(right));
    shop.database.Run(
        absl::StrCat("GRANT ", right, " TO ", other, "; GRANT ", other, " TO ", role));
    outcome = upgrade();
    CHECK(outcome.code == 2);
    CHECK(StrContains(outcome.err, absl::StrCat("do not count: role ", role)));
    shop.database.Run(absl::StrCat("REVOKE ", right, " FROM ", other));
  }
  CHECK(!shop.Ran());
  outcome = upgrade();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK(StrContains(outcome.out, "approved by ann (role "));
  CHECK(StrContains(outcome.out, ", in the database\n"));
  CHECK(shop.Ran());
  shop.database.Run(absl::StrCat("REASSIGN OWNED BY ", role, " TO CURRENT_USER; DROP OWNED BY ",
                                 role, ", ", other, "; DROP ROLE ", role, ", ", other));
}

TEST_CASE("a table of approvals that somebody else prepared is not written") {
  Shop shop;
  shop.Configure(kRequire);
  const std::string role = shop.database.name() + "_author";
  shop.database.Run(absl::StrCat(
      "CREATE ROLE ", role, "; CREATE SCHEMA autogen_approvals AUTHORIZATION ", role,
      "; CREATE TABLE autogen_approvals.approval (revision text, checksum text, hazard text, "
      "approved_by text, reason text); ALTER TABLE autogen_approvals.approval OWNER TO ",
      role));
  Outcome outcome = shop.Run({"approve", "aaa1", "--by", "a", "--reason", "b", "--in-database"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.err, absl::StrCat("belongs to role ", role)));
  CHECK(QueryText(shop.database.Url(), "SELECT count(*) FROM autogen_approvals.approval") == "0");
  shop.database.Run(absl::StrCat("DROP OWNED BY ", role, "; DROP ROLE ", role));
}

TEST_CASE("the configuration chooses no file outside of the repository") {
  Shop shop;
  std::ofstream(shop.outside + "/profile") << "mine\n";
  shop.Configure(absl::StrCat("apply { require_approval: \"data-loss\" approvals: \"", shop.outside,
                              "/profile\" }\n"));
  CHECK(StrContains(shop.Run({"approve", "aaa1", "--by", "a", "--reason", "b"}).err,
                    "outside/profile"));
  CHECK(shop.Run({"upgrade"}).code == 2);
  shop.Configure("apply { require_approval: \"data-loss\" approvals: \"Makefile\" }\n");
  CHECK(StrContains(shop.Run({"approve", "aaa1", "--by", "a", "--reason", "b"}).err,
                    "must be a .txtpb file in the repository"));
  for (std::string path : {shop.outside + "/profile", shop.outside + "/x.prom",
                           std::string("../outside/x.prom"), std::string("link/x.prom"),
                           std::string("models/schema.txtpb"), std::string(".git/x.prom")}) {
    CAPTURE(path);
    std::error_code ignored;
    std::filesystem::create_directory_symlink(shop.outside, "link", ignored);
    shop.Configure(absl::StrCat("apply { metrics_file: \"", path, "\" }\n"));
    Outcome outcome = shop.Run({"upgrade", "--max-transaction-age", "1"});
    // Outside of the project the whole configuration is refused; inside it no other file is
    // written.
    CHECK((outcome.code == 2 ||
           StrContains(outcome.err, "must be a .prom file below the project's folder")));
  }
  CHECK(*ReadFile(shop.outside + "/profile") == "mine\n");
  CHECK(!std::filesystem::exists(shop.outside + "/x.prom"));
  CHECK(!std::filesystem::exists(".git/x.prom"));
  shop.Configure("");
  CHECK(shop.Run({"upgrade", "--metrics-file", shop.outside + "/x.prom"}).code == 0);
  CHECK(std::filesystem::exists(shop.outside + "/x.prom"));
}

TEST_CASE("the configuration's hooks run only where they are asked for") {
  Shop shop;
  shop.Configure(
      "post_write_hook { name: \"evil\" argument: \"touch\" argument: \"../outside/ran\" }\n");
  Outcome outcome = RunMain({"revision", "-m", "x", "--rev-id", "bbb2"});
  CHECK(outcome.code == 0);
  CHECK(StrContains(outcome.err, "note: 1 post_write_hook of autogen.txtpb not run"));
  CHECK(StrContains(outcome.err, "--hooks"));
  REQUIRE(RunMain({"revision", "-m", "y", "--rev-id", "ccc3", "--head", "aaa1", "--splice"}).code ==
          0);
  CHECK(RunMain({"merge", "-m", "z"}).code == 0);
  CHECK(!std::filesystem::exists(shop.outside + "/ran"));
  std::ofstream(shop.outside + "/user.txtpb")
      << "post_write_hook { name: \"own\" argument: \"touch\" argument: \"../outside/own\" }\n";
  REQUIRE(chmod((shop.outside + "/user.txtpb").c_str(), 0600) == 0);
  Variable user("AUTOGEN_USER_CONFIG", shop.outside + "/user.txtpb");
  CHECK(RunMain({"revision", "-m", "v"}).code == 0);
  CHECK(std::filesystem::exists(shop.outside + "/own"));
  CHECK(!std::filesystem::exists(shop.outside + "/ran"));
  outcome = RunMain({"revision", "-m", "w", "--hooks"});
  CHECK(outcome.code == 0);
  CHECK(!StrContains(outcome.err, "not run"));
  CHECK(std::filesystem::exists(shop.outside + "/ran"));
}

}  // namespace
}  // namespace autogen::cli
