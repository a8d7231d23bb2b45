// The one transaction in which catalog queries run.
#ifndef AUTOGEN_INTROSPECT_SESSION_H_
#define AUTOGEN_INTROSPECT_SESSION_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/introspect/introspect.h"
#include "src/postgres/batch.h"
#include "src/postgres/connection.h"

namespace autogen::introspect {

inline int Major(int server_version) { return server_version / 10000; }

// A read-only, repeatable-read transaction with an empty search_path and fixed settings for
// deparsing. It and its queries are one pipelined batch. Ends with the Session, whatever happens;
// until then the connection is the Session's alone.
class Session {
 public:
  // Sends what begins the transaction and those queries of `names` (of files in queries/, in any
  // order) that do not depend on which schemas are read. Waits for nothing.
  static absl::StatusOr<std::unique_ptr<Session>> Begin(postgres::Connection& connection,
                                                        std::vector<const char*> names);
  ~Session();

  // Sends the other queries and reads all. take(i, result of names[i]) in their order, as they
  // arrive. Once.
  absl::Status Run(const Options& options,
                   const std::function<void(size_t, const postgres::Result&)>& take);

  // Known once Run has called `take`.
  const std::string& current_user() const { return current_user_; }
  const std::string& database() const { return database_; }

 private:
  Session(postgres::Connection& connection, std::vector<const char*> names);
  absl::Status Read(const Options& options,
                    const std::function<void(size_t, const postgres::Result&)>& take);
  absl::StatusOr<std::vector<std::string>> SchemaNames();

  postgres::Connection* connection_;
  std::vector<const char*> names_;
  std::vector<bool> early_;  // of names_: sent by Begin
  std::string current_user_, database_;
  bool run_ = false;
  postgres::Batch batch_;
};

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_SESSION_H_
