// libpq, owned: a connection, its results, a pipeline of queries.
#ifndef AUTOGEN_POSTGRES_CONNECTION_H_
#define AUTOGEN_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/postgres/activity.h"

namespace autogen::postgres {

// Rows of text. Views live as long as the Result.
class Result {
 public:
  Result() = default;
  explicit Result(PGresult* result) : result_(result, &PQclear) {}

  int rows() const { return PQntuples(result_.get()); }
  int columns() const { return PQnfields(result_.get()); }
  // -1 where there is no such column.
  int Column(const char* name) const { return PQfnumber(result_.get(), name); }
  bool IsNull(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  // "" for NULL.
  absl::string_view Text(int row, int column) const {
    return absl::string_view(PQgetvalue(result_.get(), row, column),
                             static_cast<size_t>(PQgetlength(result_.get(), row, column)));
  }
  bool Bool(int row, int column) const { return *PQgetvalue(result_.get(), row, column) == 't'; }
  // 0 for NULL.
  int64_t Int(int row, int column) const;
  // The elements of a text[] (NULL elements as ""); empty for NULL.
  std::vector<std::string> Array(int row, int column) const;
  // The number of rows that the command touched; 0 where it does not say.
  int64_t affected() const;
  PGresult* raw() const { return result_.get(); }

 private:
  std::unique_ptr<PGresult, void (*)(PGresult*)> result_{nullptr, &PQclear};
};

// What stands between us and the server. kSession: a pooler that gives each client a server of its
// own. kTransaction: one for each transaction, so that nothing of a session lasts, and what is left
// in it meets other clients. kStatement: one for each statement.
enum class Pooling { kNone, kSession, kTransaction, kStatement };

struct ConnectOptions {
  // A URL, libpq keywords, or "" for libpq's own environment. postgresql+psycopg2:// and
  // the like are accepted. "embedded" is not: see cluster.h.
  std::string url;
  std::string application_name = "autogen";
  // Sent in the start-up packet: no round trip. A pooler refuses them: they are then set in the
  // session, where there is one that is ours.
  std::vector<std::pair<std::string, std::string>> settings;
  // The caller asks Connection::pooling() and sets `settings` itself behind a pooler. Else Open()
  // fails where there is no session that would keep them (FailedPrecondition).
  bool settings_by_caller = false;
  int connect_timeout_s = 10;
  // Whether Batch::AddKept prepares its queries once for the session. Only where nothing stands
  // between us and the server that gives each transaction another session (PgBouncer).
  bool keep_plans = false;
};

// The SQLSTATE of a status that came from a server ("42P07"), or "".
std::string SqlState(const absl::Status& status);

// The queries that a session has prepared.
struct KeptPlans {
  bool on = false;
  absl::flat_hash_map<std::string, std::string> names;  // of the statement, by its text
  size_t other_sql = 0;  // bytes sent since the first was planned: tables may have grown by them
  // The server may not have them any more: a batch failed (what came after its error was not
  // prepared), or somebody ran DISCARD or DEALLOCATE.
  bool stale = false;

  // Takes note of other SQL that is run.
  void Note(absl::string_view sql);
};

// One session. Not for use by two threads at once. Moves; closes at the end.
class Connection {
 public:
  // Unavailable: no server; PermissionDenied / Unauthenticated: login refused; the message
  // names host, port, user and database, never a password.
  static absl::StatusOr<Connection> Open(const ConnectOptions& options);
  // One that is not alive.
  static Connection Closed() { return Connection(nullptr); }

  // One or more statements (simple protocol); the last one's result. An error carries
  // severity, message, detail, hint, SQLSTATE (see SqlState) and the line of the position.
  absl::StatusOr<Result> Exec(const std::string& sql);
  absl::StatusOr<Result> ExecParams(const std::string& sql,
                                    absl::Span<const std::string> parameters);
  // All queries in one pipeline, one round trip; results in their order. The first error stops it
  // and undoes them all; `failed`, where given, is then the index of its query.
  absl::StatusOr<std::vector<Result>> Pipeline(absl::Span<const std::string> queries,
                                               size_t* failed = nullptr);

  // 150018 and the like.
  int server_version() const { return PQserverVersion(connection_.get()); }
  // As the start-up said: behind a pooler it is made up.
  int backend_pid() const { return PQbackendPID(connection_.get()); }
  // As far as Open() saw: kNone also behind a pooler that takes settings and drops them, which
  // nobody notices who does not ask for ServerPid(). See pooler.h.
  Pooling pooling() const { return pooling_; }
  // "app@db.example.com:5432/taskman": for messages. No password.
  std::string Describe() const;
  std::string database() const { return PQdb(connection_.get()); }
  std::string user() const { return PQuser(connection_.get()); }
  // Where notices go; default: dropped.
  void OnNotice(std::function<void(absl::string_view)> handler);
  bool alive() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
  PGconn* raw() const { return connection_.get(); }
  KeptPlans& kept_plans() { return kept_plans_; }
  const std::shared_ptr<Activity>& activity() const { return activity_; }
  // The error of `raw` (nullptr: of the connection) in answer to `sql`; why it was ended where it
  // was.
  absl::Status Failure(const PGresult* raw, absl::string_view sql) const;

 private:
  explicit Connection(PGconn* connection);
  absl::Status SetBehindPooler(const ConnectOptions& options);
  std::shared_ptr<Activity> activity_ = std::make_shared<Activity>();
  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
  std::unique_ptr<std::function<void(absl::string_view)>> notice_;
  KeptPlans kept_plans_;
  Pooling pooling_ = Pooling::kNone;
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_CONNECTION_H_
