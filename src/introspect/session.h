// The one transaction in which catalog queries run.
#ifndef AUTOGEN_INTROSPECT_SESSION_H_
#define AUTOGEN_INTROSPECT_SESSION_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "src/introspect/introspect.h"
#include "src/postgres/connection.h"

namespace autogen::introspect {

inline int Major(int server_version) { return server_version / 10000; }

// Runs the queries of those names (of files in queries/) in the transaction that `opening` began,
// pipelined, and ends it whatever happens. take(i, result of names[i]) as each arrives; not called
// for a query that can have no rows.
absl::Status RunQueries(postgres::Connection& connection, const Options& options,
                        const Opening& opening, const std::vector<const char*>& names,
                        const std::function<void(size_t, const postgres::Result&)>& take);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_SESSION_H_
