#include "src/postgres/private_cluster.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/postgres/binaries.h"
#include "src/postgres/connection.h"
#include "src/postgres/private_cluster_fixture.h"
#include "tests/support/server.h"

namespace autogen::postgres {
namespace {

TEST_CASE("a private cluster answers its superuser, and nothing is left when it ends") {
  auto cluster = Start();
  CHECK(Ask(*cluster, "SELECT current_user") == cluster->superuser());
  CHECK(Ask(*cluster, "SHOW server_encoding") == "UTF8");
  CHECK(absl::StartsWith(Ask(*cluster, "SHOW server_version"), absl::StrCat(cluster->major())));
  CHECK(Ask(*cluster, "CREATE DATABASE a TEMPLATE template0") == "");
  CHECK(testing::QueryText(cluster->Url("a"), "SELECT current_database()") == "a");
  for (const std::string& part : cluster->missing()) MESSAGE(part);

  const std::string folder = cluster->folder();
  const std::vector<pid_t> processes = Family(cluster->supervisor_pid());
  CHECK(processes.size() > 3);
  cluster.reset();
  CHECK(Eventually([&] { return access(folder.c_str(), F_OK) != 0; }));
  CHECK(Eventually([&] { return AllGone(processes); }));
}

TEST_CASE("End() breaks every connection at once, from any thread, more than once") {
  auto cluster = Start();
  ConnectOptions options;
  options.url = cluster->Url("postgres");
  auto session = Connection::Open(options);
  REQUIRE_MESSAGE(session.ok(), session.status().ToString());
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cluster->End();
    cluster->End();
  });
  const auto before = std::chrono::steady_clock::now();
  CHECK_FALSE(session->Exec("SELECT pg_sleep(60)").ok());
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(10));
  killer.join();
  cluster->End();
  CHECK_FALSE(Connection::Open(options).ok());
}

// Runs `work` in a child that is then killed by SIGKILL; what it wrote to its argument.
std::string InKilledChild(const std::function<std::string()>& work) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    const std::string text = work();
    if (write(ends[1], text.data(), text.size()) < 0) _exit(1);
    raise(SIGKILL);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  return text;
}

// "folder supervisor's pid, its descendants' pids", then the sentences about what is missing.
std::string StartAndDescribe(std::unique_ptr<PrivateCluster>* keep) {
  auto cluster = PrivateCluster::Start(Options());
  if (!cluster.ok()) return cluster.status().ToString();
  auto session = Connection::Open({.url = (*cluster)->Url("postgres")});
  if (!session.ok()) return session.status().ToString();
  // One that hears of nothing while it works.
  PQsendQuery(session->raw(), "SELECT count(*) FROM generate_series(1, 1000000000) a");
  std::string text = absl::StrCat((*cluster)->folder(), "\n",
                                  absl::StrJoin(Family((*cluster)->supervisor_pid()), ","), "\n",
                                  absl::StrJoin((*cluster)->missing(), "; "));
  *keep = *std::move(cluster);
  return text;
}

void CheckNothingLeft(const std::string& description) {
  std::vector<std::string> lines = absl::StrSplit(description, '\n');
  REQUIRE_MESSAGE(lines.size() == 3, description);
  std::vector<pid_t> processes;
  for (absl::string_view pid : absl::StrSplit(lines[1], ',')) {
    REQUIRE(absl::SimpleAtoi(pid, &processes.emplace_back()));
  }
  CHECK(processes.size() > 3);
  CHECK(Eventually([&] { return access(lines[0].c_str(), F_OK) != 0; }));
  CHECK(Eventually([&] { return AllGone(processes); }));
  // shmid cpid …: the creator is the server's first process.
  auto segments = ReadFile("/proc/sysvipc/shm");
  REQUIRE(segments.ok());
  for (absl::string_view line : absl::StrSplit(*segments, '\n')) {
    std::vector<absl::string_view> fields = absl::StrSplit(line, ' ', absl::SkipWhitespace());
    int creator = 0;
    if (fields.size() < 5 || !absl::SimpleAtoi(fields[4], &creator)) continue;
    for (pid_t pid : processes) CHECK(creator != pid);
  }
}

// The kernel of a container: no namespaces.
void RefuseNamespaces() {
  constexpr unsigned kNamespaces = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET;
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kNamespaces, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    _exit(1);
  }
}

TEST_CASE("a process that is killed takes its server with it") {
  std::unique_ptr<PrivateCluster> keep;
  CheckNothingLeft(InKilledChild([&] { return StartAndDescribe(&keep); }));
}

TEST_CASE("what a killed supervisor left is removed by a later start") {
  auto cluster = Start();
  const std::string folder = cluster->folder();
  const std::vector<pid_t> processes = Family(cluster->supervisor_pid());
  REQUIRE(kill(cluster->supervisor_pid(), SIGKILL) == 0);
  if (cluster->missing().empty()) CHECK(Eventually([&] { return AllGone(processes); }));
  REQUIRE(access(folder.c_str(), F_OK) == 0);
  auto used = Start();  // too young to be removed
  CHECK(access(folder.c_str(), F_OK) == 0);
  const timespec old[2] = {{1'600'000'000, 0}, {1'600'000'000, 0}};
  for (const std::string& path : {folder, used->folder()}) {
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), old, 0) == 0);
  }
  auto next = Start();
  CHECK(access(folder.c_str(), F_OK) != 0);
  CHECK(Ask(*used, "SELECT 1") == "1");
}

TEST_CASE("where the kernel refuses namespaces it starts, says so, and leaves nothing either") {
  std::unique_ptr<PrivateCluster> keep;
  const std::string description = InKilledChild([&] {
    RefuseNamespaces();
    return StartAndDescribe(&keep);
  });
  CheckNothingLeft(description);
  CHECK(absl::StrContains(description, "the scratch server can reach the network"));
  CHECK(absl::StrContains(description, "can reach the sockets of other servers"));
  CHECK(absl::StrContains(description, "shares System V memory with the machine"));
}

TEST_CASE("the supervisor holds nothing of the caller's open") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);  // inherited, unlike all that we open
  auto cluster = Start();
  close(ends[1]);
  char byte;
  CHECK(read(ends[0], &byte, 1) == 0);
  close(ends[0]);
}

TEST_CASE("several at once, in one process and in many over a cold cache") {
  std::string cache = "/tmp/autogen-cache-test-XXXXXX";
  REQUIRE(mkdtemp(cache.data()) != nullptr);
  const PrivateClusterOptions options = Options(cache);
  std::vector<pid_t> children;
  for (int i = 0; i < 10; ++i) {
    pid_t child = fork();
    if (child == 0) {
      auto cluster = PrivateCluster::Start(options);
      bool ok = cluster.ok() && Connection::Open({.url = (*cluster)->Url("postgres")}).ok();
      if (!cluster.ok()) fprintf(stderr, "%s\n", cluster.status().ToString().c_str());
      cluster = absl::CancelledError();
      _exit(ok ? 0 : 1);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  int templates = 0;
  for (const auto& entry : std::filesystem::directory_iterator(cache + "/servers")) {
    templates += entry.path().extension() != ".lock";
    struct stat found;
    REQUIRE(stat(entry.path().c_str(), &found) == 0);
    CHECK((found.st_mode & 077) == 0);
  }
  CHECK(templates == 1);

  std::vector<std::unique_ptr<PrivateCluster>> clusters(3);
  std::vector<std::thread> threads;
  for (auto& cluster : clusters) {
    threads.emplace_back([&] {
      auto started = PrivateCluster::Start(options);
      if (started.ok()) cluster = *std::move(started);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> folders;
  for (auto& cluster : clusters) {
    REQUIRE(cluster != nullptr);
    folders.insert(cluster->folder());
    CHECK(Ask(*cluster, "SELECT 1") == "1");
  }
  CHECK(folders.size() == 3);
  clusters[0].reset();
  CHECK(Ask(*clusters[1], "SELECT 1") == "1");
  std::filesystem::remove_all(cache);
}

TEST_CASE("a damaged template is recreated; without a cache the server still starts") {
  std::string cache = "/tmp/autogen-cache-test-XXXXXX";
  REQUIRE(mkdtemp(cache.data()) != nullptr);
  const PrivateClusterOptions options = Options(cache);
  const std::string first = Start(options)->superuser();
  std::string path;
  for (const auto& entry : std::filesystem::directory_iterator(cache + "/servers")) {
    if (entry.path().extension() != ".lock") path = entry.path().string();
  }
  auto content = ReadFile(path);
  REQUIRE(content.ok());
  CHECK(Start(options)->superuser() == first);
  (*content)[content->size() / 2] ^= 1;
  REQUIRE(WriteFile(path, *content, Overwrite::kReplace).ok());
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  const std::string second = Start(options)->superuser();
  CHECK(second != first);
  // Others could have written it.
  REQUIRE(chmod(path.c_str(), 0666) == 0);
  CHECK(Start(options)->superuser() != second);
  std::filesystem::remove_all(cache);
  CHECK(Ask(*Start({options.bin_dir, "/proc/nowhere"}), "SELECT 1") == "1");
}

TEST_CASE("a server that does not start shows why") {
  std::string folder = "/tmp/autogen-broken-test-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  chmod(folder.c_str(), 0755);
  std::filesystem::create_directory(folder + "/bin");
  auto real = FindServerBinaries("");
  REQUIRE(real.ok());
  std::filesystem::create_symlink(*real + "/initdb", folder + "/bin/initdb");
  const std::string script = folder + "/bin/postgres";
  REQUIRE(WriteFile(script,
                    absl::StrCat("#!/bin/sh\n[ \"$1\" = --version ] && exec ", *real,
                                 "/postgres --version\necho no luck today >&2\nexit 7\n"),
                    Overwrite::kNever)
              .ok());
  chmod(script.c_str(), 0755);
  auto cluster = PrivateCluster::Start({folder + "/bin", folder + "/cache"});
  REQUIRE(!cluster.ok());
  CHECK(cluster.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(cluster.status().message(), "exit code 7"));
  CHECK(absl::StrContains(cluster.status().message(), "no luck today"));
  CHECK(PrivateCluster::Start({"/nowhere", folder}).status().code() ==
        absl::StatusCode::kFailedPrecondition);
  std::filesystem::remove_all(folder);
}

// Not a test: AUTOGEN_TEST_PRIVATE_TIMES=20 measures.
TEST_CASE("the time that a start takes" *
          doctest::skip(getenv("AUTOGEN_TEST_PRIVATE_TIMES") == nullptr)) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> starts, connects, creates;
  auto since = [](Clock::time_point before) {
    return std::chrono::duration<double, std::milli>(Clock::now() - before).count();
  };
  const PrivateClusterOptions options = Options();
  for (int i = 0; i < atoi(getenv("AUTOGEN_TEST_PRIVATE_TIMES")); ++i) {
    auto before = Clock::now();
    auto cluster = Start(options);
    starts.push_back(since(before));
    before = Clock::now();
    auto session = Connection::Open({.url = cluster->Url("postgres")});
    connects.push_back(since(before));
    before = Clock::now();
    CHECK(session->Exec("CREATE DATABASE x TEMPLATE template0").ok());
    creates.push_back(since(before));
  }
  for (auto* times : {&starts, &connects, &creates}) {
    std::sort(times->begin(), times->end());
    MESSAGE("median " << (*times)[times->size() / 2] << " ms, least " << times->front() << " ms");
  }
}

}  // namespace
}  // namespace autogen::postgres
