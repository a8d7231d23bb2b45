#include "tests/support/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <re2/re2.h>

#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/process.h"
#include "src/base/status.h"
#include "src/postgres/binaries.h"
#include "src/postgres/cluster.h"
#include "src/postgres/connection.h"
#include "src/postgres/url.h"

namespace autogen::testing {
namespace {

[[noreturn]] void Die(absl::string_view what, const absl::Status& status) {
  std::string message = absl::StrCat(what, ": ", status.ToString(), "\n");
  fputs(message.c_str(), stderr);
  exit(1);
}

// A temporary cluster in a folder of its own.
class PrivateServer {
 public:
  PrivateServer() {
    const char* base = getenv("TMPDIR");
    std::string pattern = absl::StrCat(base == nullptr ? "/tmp" : base, "/autogen-test-XXXXXX");
    if (mkdtemp(pattern.data()) == nullptr)
      Die("making a folder", absl::ErrnoToStatus(errno, pattern));
    folder_ = pattern;
    chmod(folder_.c_str(), 0711);  // as root: the server's account must get through to data/
    postgres::ClusterOptions options;
    options.folder = folder_;
    options.durable = false;
    options.settings = {{"wal_level", "logical"}, {"max_wal_senders", "10"}};
    auto cluster = postgres::Cluster::Start(options);
    if (!cluster.ok()) Die("starting a PostgreSQL server for tests", cluster.status());
    cluster_ = *std::move(cluster);
    Watch();
  }
  ~PrivateServer() {
    cluster_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string Url(const std::string& database) const { return cluster_->Url(database); }

 private:
  // A shell that waits for our end of a pipe to close, which the kernel does when we are killed,
  // and then clears up.
  void Watch() {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return;
    std::string script = absl::StrCat(
        "read ignored; [ -d '", folder_, "' ] || exit 0; sleep 1; [ -d '", folder_,
        "' ] || exit 0; pid=$(head -n 1 '", cluster_->data_folder(),
        "/postmaster.pid' 2>/dev/null); [ -z \"$pid\" ] || kill -QUIT \"$pid\"; sleep 1; rm -rf '",
        folder_, "'");
    pid_t child = fork();
    if (child == 0) {
      setsid();
      if (fork() != 0) _exit(0);
      int null = open("/dev/null", O_RDWR);
      dup2(fds[0], 0);
      dup2(null, 1);  // else ctest would wait for the shell
      dup2(null, 2);
      execl("/bin/sh", "sh", "-c", script.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    close(fds[0]);
    if (child > 0) waitpid(child, nullptr, 0);
  }

  std::string folder_;
  std::unique_ptr<postgres::Cluster> cluster_;
};

PrivateServer& ThePrivateServer() {
  static PrivateServer server;
  return server;
}

postgres::Connection OpenOrDie(const std::string& url) {
  postgres::ConnectOptions options;
  options.url = url;
  options.application_name = "autogen tests";
  auto connection = postgres::Connection::Open(options);
  if (!connection.ok()) Die("connecting for a test", connection.status());
  return *std::move(connection);
}

}  // namespace

namespace {

// They belong to the whole server, and keep their database. Nothing connects.
constexpr char kDropSubscriptions[] = R"(DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT format('ALTER SUBSCRIPTION %I ', s.subname) AS alter, format('%I', s.subname) AS name
    FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
    WHERE d.datname = current_database()
  LOOP
    EXECUTE one.alter || 'DISABLE';
    EXECUTE one.alter || 'SET (slot_name = NONE)';
    EXECUTE 'DROP SUBSCRIPTION ' || one.name;
  END LOOP;
END $$)";

}  // namespace

TestServer::TestServer() {
  if (const char* url = getenv("AUTOGEN_TEST_URL"); url != nullptr && *url != '\0') url_ = url;
  version_ = OpenOrDie(Url()).server_version();
}

TestServer& TestServer::Get() {
  static TestServer server;
  return server;
}

std::string TestServer::Url(const std::string& database) const {
  if (url_.empty()) return ThePrivateServer().Url(database);
  auto url = postgres::WithDatabase(url_, database);
  if (!url.ok()) Die("reading AUTOGEN_TEST_URL", url.status());
  return *url;
}

TestDatabase::TestDatabase(const std::string& name_template) {
  static int count = 0;
  name_ = absl::StrCat("autogen_test_", getpid(), "_", ++count);
  absl::Status made =
      RunSql(TestServer::Get().Url(),
             absl::StrCat("CREATE DATABASE ", name_, " TEMPLATE ",
                          name_template.empty() ? "template0 ENCODING 'UTF8'"
                                                : absl::StrCat("\"", name_template, "\"")));
  if (!made.ok()) Die("creating a test database", made);
}

TestDatabase::~TestDatabase() {
  const std::string drop = absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)");
  absl::Status dropped = RunSql(TestServer::Get().Url(), drop);
  if (!dropped.ok() && RunSql(Url(), kDropSubscriptions).ok()) {
    dropped = RunSql(TestServer::Get().Url(), drop);
  }
  if (!dropped.ok()) Die("dropping a test database", dropped);
}

std::string TestDatabase::Url() const { return TestServer::Get().Url(name_); }

void TestDatabase::Run(const std::string& sql) const {
  absl::Status status = RunSql(Url(), sql);
  if (!status.ok()) Die("running test SQL", status);
}

namespace {

// Drops what was created in the database and recreates public as in template0. An error where
// anything is left: nothing of initdb has an OID of 16384 or more.
constexpr char kSweep[] = R"(DO $$
DECLARE
  one record;
  found boolean;
BEGIN
  FOR one IN
    SELECT format('DROP PUBLICATION %I', pubname) AS sql FROM pg_publication
    UNION ALL SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
    UNION ALL SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE oid >= 16384
    UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_foreign_data_wrapper
  LOOP
    EXECUTE one.sql;
  END LOOP;
  FOR one IN
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid'
    WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared
      AND c.relname <> 'pg_namespace'  -- those of temporary objects stay
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM pg_catalog.%I WHERE oid >= 16384)', one.relname) INTO found;
    IF found THEN
      RAISE 'something is left in %', one.relname;
    END IF;
  END LOOP;
  CREATE SCHEMA public AUTHORIZATION %OWNER%;
  GRANT USAGE%CREATE% ON SCHEMA public TO PUBLIC;
  COMMENT ON SCHEMA public IS 'standard public schema';
END $$)";

absl::Status Sweep(postgres::Connection& connection) {
  const bool is_15 = TestServer::Get().version() >= 150000;
  RETURN_IF_ERROR(connection.Exec("ROLLBACK").status());
  RETURN_IF_ERROR(connection.Exec(kDropSubscriptions).status());
  // DISCARD ALL without the plans.
  RETURN_IF_ERROR(connection
                      .Exec("SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DISCARD TEMP; "
                            "DISCARD SEQUENCES")
                      .status());
  return connection
      .Exec(absl::StrReplaceAll(kSweep, {{"%OWNER%", is_15 ? "pg_database_owner" : "CURRENT_USER"},
                                         {"%CREATE%", is_15 ? "" : ", CREATE"}}))
      .status();
}

}  // namespace

absl::Status Reset(Session* session) {
  if (session->connection != nullptr && Sweep(*session->connection).ok()) return absl::OkStatus();
  session->connection.reset();
  session->database = std::make_unique<TestDatabase>();
  postgres::ConnectOptions connect;
  connect.url = session->database->Url();
  connect.keep_plans = true;
  ASSIGN_OR_RETURN(postgres::Connection connection, postgres::Connection::Open(connect));
  session->connection = std::make_unique<postgres::Connection>(std::move(connection));
  return absl::OkStatus();
}

std::string WithTestSecrets(std::string script) {
  RE2::GlobalReplace(&script, R"('\$\{AUTOGEN_SECRET_[A-Z0-9_]+\}')", "'dbname=nowhere'");
  return script;
}

absl::Status RunSql(const std::string& url, const std::string& sql) {
  postgres::ConnectOptions options;
  options.url = url;
  options.application_name = "autogen tests";
  ASSIGN_OR_RETURN(postgres::Connection connection, postgres::Connection::Open(options));
  return connection.Exec(sql).status();
}

std::string QueryText(const std::string& url, const std::string& sql) {
  postgres::Connection connection = OpenOrDie(url);
  auto result = connection.Exec(sql);
  if (!result.ok()) Die("running a test query", result.status());
  return result->rows() == 0 ? "" : std::string(result->Text(0, 0));
}

absl::StatusOr<std::string> PgDump(const std::string& url) {
  std::string program;
  if (const char* env = getenv("AUTOGEN_PG_DUMP"); env != nullptr && *env != '\0') {
    program = env;
  } else {
    ASSIGN_OR_RETURN(program, postgres::FindClientBinary("pg_dump"));
  }
  ASSIGN_OR_RETURN(ProcessResult result,
                   RunProcess({program, "--schema-only", "--no-owner", "--dbname", url}));
  if (result.exit_code != 0) {
    return absl::FailedPreconditionError(absl::StrCat("pg_dump: ", result.err));
  }
  return NormalizeDump(result.out);
}

}  // namespace autogen::testing
