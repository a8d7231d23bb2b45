// The one transaction in which catalog queries run.
#ifndef AUTOGEN_INTROSPECT_SESSION_H_
#define AUTOGEN_INTROSPECT_SESSION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/introspect/introspect.h"
#include "src/postgres/connection.h"

namespace autogen::introspect {

inline int Major(int server_version) { return server_version / 10000; }

struct Reading {
  std::vector<postgres::Result> results;  // one for each query, in order
  std::string current_user;
  std::string database;
};

// Runs the queries of those names (of files in queries/) in one read-only, repeatable-read
// transaction with an empty search_path and fixed settings for deparsing: a round trip that asks
// which of them can have rows, and one for those; the others have none. The transaction is over
// when it returns, whatever happened.
absl::StatusOr<Reading> ReadInTransaction(postgres::Connection& connection, const Options& options,
                                          const std::vector<const char*>& names);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_SESSION_H_
