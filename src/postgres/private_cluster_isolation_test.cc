#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/postgres/connection.h"
#include "src/postgres/isolation.h"
#include "src/postgres/private_cluster.h"
#include "src/postgres/private_cluster_fixture.h"
#include "tests/support/server.h"

namespace autogen::postgres {
namespace {

TEST_CASE("nobody gets in without a password, and there is no role of a usual name") {
  auto cluster = Start();
  CHECK_FALSE(Connection::Open({.url = cluster->Url("postgres", "postgres", "")}).ok());
  CHECK_FALSE(
      Connection::Open({.url = cluster->Url("postgres", cluster->superuser(), "guess")}).ok());
  CHECK(Ask(*cluster, "SELECT count(*) FROM pg_roles WHERE rolcanlogin") == "1");
  CHECK(Ask(*cluster, "SELECT string_agg(type || auth_method, ',') FROM pg_hba_file_rules") ==
        "localscram-sha-256");
  // A role of our own, whose name and password need quoting.
  Ask(*cluster, R"(CREATE ROLE "it's \ odd" LOGIN PASSWORD 'pass''\ word')");
  CHECK(testing::QueryText(cluster->Url("postgres", R"(it's \ odd)", R"(pass'\ word)"),
                           "SELECT current_user") == R"(it's \ odd)");
}

TEST_CASE("the server does not get our environment, and its passwords are on no command line") {
  setenv("AUTOGEN_TEST_SECRET", "s3cret", 1);
  auto cluster = Start();
  unsetenv("AUTOGEN_TEST_SECRET");
  std::vector<pid_t> processes = Family(cluster->supervisor_pid());
  REQUIRE(processes.size() > 3);
  processes.erase(processes.begin());  // the supervisor itself is a copy of us
  for (pid_t pid : processes) {
    auto environment = ReadFile(absl::StrCat("/proc/", pid, "/environ"));
    if (!environment.ok()) continue;  // gone meanwhile
    std::vector<std::string> variables = absl::StrSplit(*environment, '\0', absl::SkipEmpty());
    for (const std::string& variable : variables) {
      std::string name = variable.substr(0, variable.find('='));
      CHECK_MESSAGE((name == "PATH" || name == "LC_ALL" || name == "TZ" ||
                     absl::StartsWith(name, "PG")),  // PGDATA and the like, of the server itself
                    variable);
    }
    auto line = ReadFile(absl::StrCat("/proc/", pid, "/cmdline"));
    CHECK((!line.ok() || !absl::StrContains(*line, "password")));
  }
}

TEST_CASE("as root, the server has an account that is nobody's") {
  if (geteuid() != 0) return;
  auto cluster = Start();
  const pid_t server = Family(cluster->supervisor_pid()).at(1);
  auto status = ReadFile(absl::StrCat("/proc/", server, "/status"));
  REQUIRE(status.ok());
  uid_t uid = 0;
  for (absl::string_view line : absl::StrSplit(*status, '\n')) {
    std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::ByAnyChar("\t "), absl::SkipEmpty());
    if (absl::StartsWith(line, "Uid:")) REQUIRE(absl::SimpleAtoi(fields[1], &uid));
    if (absl::StartsWith(line, "Groups:")) CHECK(fields.size() == 1);
    if (absl::StartsWith(line, "NoNewPrivs:")) CHECK(fields.at(1) == "1");
    if (absl::StartsWith(line, "CapEff:")) CHECK(fields.at(1) == "0000000000000000");
  }
  CHECK(uid >= 59000);
  CHECK(getpwuid(uid) == nullptr);
}

bool Contains(const std::vector<std::string>& list, const std::string& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

TEST_CASE("sockets and home folders are hidden, but not the server's own programs") {
  const Isolation usual = HideFolders("/usr/lib/postgresql/15");
  CHECK(Contains(usual.hidden, "/tmp"));
  CHECK(Contains(usual.hidden, "/home"));
  CHECK(Contains(usual.hidden, "/var"));
  CHECK_FALSE(Contains(usual.hidden, "/var/tmp"));  // hidden with the folder above it
  CHECK(usual.read_only == "");
  CHECK(usual.missing.empty());

  const Isolation temporary = HideFolders("/tmp/pg/18");
  CHECK(Contains(temporary.hidden, "/tmp"));
  CHECK(temporary.read_only == "/tmp/pg/18");
  CHECK(temporary.missing.empty());

  const Isolation home = HideFolders("/home/me/pg");
  CHECK_FALSE(Contains(home.hidden, "/home"));
  CHECK(Contains(home.hidden, "/tmp"));
  CHECK(home.missing == std::vector<Part>{Part::kHome});

  // Folders that the program cannot do without are never hidden, whatever the environment says.
  const char* before = getenv("HOME");
  const std::string old = before == nullptr ? "" : before;
  for (const char* folder : {"/", "/usr", "/etc", "/dev"}) {
    setenv("HOME", folder, 1);
    CHECK_FALSE(Contains(HideFolders("/usr/lib/postgresql/15").hidden, folder));
  }
  setenv("HOME", "/opt", 1);
  CHECK(Contains(HideFolders("/usr/lib/postgresql/15").hidden, "/opt"));
  if (before != nullptr) setenv("HOME", old.c_str(), 1);
}

TEST_CASE("even its superuser sees no socket, no home folder and no network of this machine") {
  auto cluster = Start();
  if (!cluster->missing().empty()) {
    MESSAGE("not all of the isolation is to be had here: " << cluster->missing()[0]);
    return;
  }
  auto run = [&](const std::string& command) {
    return Ask(*cluster, absl::StrCat("DROP TABLE IF EXISTS lines; CREATE TABLE lines (line text); "
                                      "COPY lines FROM PROGRAM '",
                                      command, "'; SELECT string_agg(line, ' ') FROM lines"));
  };
  // Its own folder, and its programs where they lie in one of these.
  const std::string programs = DirName(std::filesystem::canonical(Options().bin_dir).string());
  CHECK(run(absl::StrCat("find /run /home /root /var /tmp /mnt /dev/shm -mindepth 1 \\( -path ",
                         cluster->folder(), " -o -path ", programs, " \\) -prune -o -print")) ==
        "");
  CHECK(run("test -e /tmp && test -e /var && echo yes") == "yes");  // the command itself works
  CHECK(run("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d \" \"") == "lo");
  CHECK(run("cat /proc/1/comm") == "postgres");
  CHECK(run("for f in / /usr /etc /tmp /dev/shm /run /var; do touch $f/x 2>/dev/null && echo $f; "
            "done; true") == "");
  CHECK(run("ulimit -c; ulimit -n") == "0 1024");
}

TEST_CASE("a session can be ended from another, and a failed statement is not in the log") {
  auto cluster = Start();
  auto session = Connection::Open({.url = cluster->Url("postgres")});
  REQUIRE(session.ok());
  const std::string pid =
      Ask(*cluster, absl::StrCat("SELECT pg_terminate_backend(", session->backend_pid(), ")"));
  CHECK(pid == "t");
  CHECK_FALSE(session->Exec("SELECT 1").ok());
  auto other = Connection::Open({.url = cluster->Url("postgres")});
  CHECK_FALSE(other->Exec("SELECT no_such_thing FROM secret_words").ok());
  auto log = ReadFile(cluster->folder() + "/log");
  REQUIRE(log.ok());
  CHECK_FALSE(absl::StrContains(*log, "secret_words"));
}

}  // namespace
}  // namespace autogen::postgres
