#include "tests/support/pooler.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "src/base/process.h"
#include "src/postgres/connection.h"
#include "tests/support/server.h"

namespace autogen::testing {
namespace {

constexpr char kPort[] = "6432";

[[noreturn]] void Die(const std::string& what) {
  fprintf(stderr, "starting pgbouncer: %s\n", what.c_str());
  exit(1);
}

// "host=… port=… user=…" of the test server, as pgbouncer.ini takes it.
std::string ServerOptions() {
  std::string out;
  PQconninfoOption* options = PQconninfoParse(TestServer::Get().Url().c_str(), nullptr);
  if (options == nullptr) Die("reading the test server's URL");
  for (PQconninfoOption* o = options; o->keyword != nullptr; ++o) {
    const std::string keyword = o->keyword;
    if (o->val == nullptr) continue;
    if (keyword == "host" || keyword == "port" || keyword == "user" || keyword == "password") {
      absl::StrAppend(&out, keyword, "=", o->val, " ");
    }
  }
  PQconninfoFree(options);
  return out;
}

const passwd* Account() {
  if (geteuid() != 0) return nullptr;
  const passwd* account = getpwnam("postgres");
  return account != nullptr ? account : getpwnam("nobody");
}

}  // namespace

TestPooler::TestPooler(const std::string& mode, const std::string& settings)
    : mode_(mode), settings_(settings) {
  std::string pattern = (std::filesystem::temp_directory_path() / "autogen-pooler-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) Die("making a folder");
  folder_ = pattern;
  WriteSettings("");
  if (const passwd* account = Account(); account != nullptr) {
    if (chown(folder_.c_str(), account->pw_uid, account->pw_gid) != 0) Die("chown");
    chmod((folder_ + "/pgbouncer.ini").c_str(), 0644);
  }
  chmod(folder_.c_str(), 0755);
  Start();
}

void TestPooler::WriteSettings(const std::string& database) const {
  std::ofstream(folder_ + "/pgbouncer.ini")
      << "[databases]\n* = " << ServerOptions() << (database.empty() ? "" : "dbname=") << database
      << "\n[pgbouncer]\nlisten_addr =\nlisten_port = " << kPort
      << "\nunix_socket_dir = " << folder_ << "\nauth_type = any\npool_mode = " << mode_
      << "\nmax_client_conn = 500\nlogfile = " << folder_ << "/log\n"
      << settings_ << "\n";
}

void TestPooler::LeadTo(const std::string& database) const {
  WriteSettings(database);
  kill(pid_, SIGHUP);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

TestPooler::~TestPooler() {
  Stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void TestPooler::Start() {
  std::string program = FindProgram("pgbouncer");
  if (program.empty()) program = "/usr/sbin/pgbouncer";
  if (access(program.c_str(), X_OK) != 0) {
    Die("there is none; tools/install-dependencies --test installs it");
  }
  const std::string ini = folder_ + "/pgbouncer.ini";
  const passwd* account = Account();
  pid_ = fork();
  if (pid_ == 0) {
    if (account != nullptr && (initgroups(account->pw_name, account->pw_gid) != 0 ||
                               setgid(account->pw_gid) != 0 || setuid(account->pw_uid) != 0)) {
      _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
    execl(program.c_str(), "pgbouncer", ini.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  std::string error;
  for (int i = 0; i < 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    absl::StatusOr<postgres::Connection> opened =
        postgres::Connection::Open({.url = Url("postgres"), .connect_timeout_s = 2});
    if (opened.ok()) return;
    error = opened.status().ToString();
  }
  Die(absl::StrCat(error, "; see ", folder_, "/log"));
}

void TestPooler::Stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
  std::error_code ignored;
  std::filesystem::remove(absl::StrCat(folder_, "/.s.PGSQL.", kPort), ignored);
}

void TestPooler::Restart() {
  Stop();
  Start();
}

std::string TestPooler::Url(const std::string& database) const {
  return absl::StrCat("host=", folder_, " port=", kPort, " user=postgres dbname=", database);
}

}  // namespace autogen::testing
