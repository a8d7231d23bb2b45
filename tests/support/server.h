// A PostgreSQL server for tests, and databases on it.
#ifndef AUTOGEN_TESTS_SUPPORT_SERVER_H_
#define AUTOGEN_TESTS_SUPPORT_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/postgres/connection.h"

namespace autogen::testing {

// One server for each test process: $AUTOGEN_TEST_URL (a superuser's), else a private temporary
// cluster, started at the first use and gone when the process ends, even by SIGKILL.
class TestServer {
 public:
  // Ends the process with a message where no server can be had: a missing server fails a test.
  static TestServer& Get();
  // For `database`, as superuser.
  std::string Url(const std::string& database = "postgres") const;
  // 150018 and the like.
  int version() const { return version_; }

 private:
  TestServer();
  std::string url_;
  int version_ = 0;
};

// A database of its own, dropped WITH (FORCE) at the end.
class TestDatabase {
 public:
  // `name_template`: the TEMPLATE to copy; "": template0 with encoding UTF8. A made-up unique name.
  explicit TestDatabase(const std::string& name_template = "");
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  std::string Url() const;
  // Runs statements in it; ends the process with the server's message where they fail.
  void Run(const std::string& sql) const;

 private:
  std::string name_;
};

// A database of its own with one session: a new one of either costs more than what it is asked
// here.
struct Session {
  std::unique_ptr<TestDatabase> database;
  std::unique_ptr<postgres::Connection> connection;
};
// The session is that of an empty database: what was made in the one before is dropped, or, where
// anything is left, there is a new one.
absl::Status Reset(Session* session);

// A script as it can run here: every variable for a secret is 'dbname=nowhere', which is a connection
// string as well.
std::string WithTestSecrets(std::string script);

// One simple-protocol batch.
absl::Status RunSql(const std::string& url, const std::string& sql);
// The first column of the first row; "" where there is none. Ends the process where it fails.
std::string QueryText(const std::string& url, const std::string& sql);

// pg_dump --schema-only --no-owner ($AUTOGEN_PG_DUMP, else the installed one) without what changes
// from run to run, its statements sorted: equal texts for equal schemas, in whatever order they
// were created.
absl::StatusOr<std::string> PgDump(const std::string& url);
// The normalisation of PgDump alone.
std::string NormalizeDump(absl::string_view dump);
// A dump without the order of columns in their tables: its lines sorted, without commas at their
// ends.
std::string WithoutColumnOrder(absl::string_view dump);
// The lines that only one of the two has: "  - " of `want`, "  + " of `have`.
std::string LineDifference(const std::string& have, const std::string& want);

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_SUPPORT_SERVER_H_
