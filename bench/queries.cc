// Prints the catalog queries that introspection sends to a database, as a script for psql, so that
// bench/check.py can time them without autogen.
//   queries URL
#include "src/introspect/queries.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/introspect/introspect.h"
#include "src/postgres/connection.h"

namespace autogen {
namespace {

absl::Status PrintQueries(const std::string& url) {
  ASSIGN_OR_RETURN(postgres::Connection connection, postgres::Connection::Open({.url = url}));
  std::cout
      << "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;\n"
         "SET LOCAL search_path = ''; SET LOCAL jit = off; SET LOCAL join_collapse_limit = 1;\n";
  for (const auto& [name, sql] :
       introspect::QueriesFor(connection.server_version(), {.dependencies = false})) {
    std::cout << sql << ";\n";
  }
  std::cout << "COMMIT;\n";
  return absl::OkStatus();
}

}  // namespace
}  // namespace autogen

int main(int argc, char** argv) {
  const absl::Status status =
      argc == 2 ? autogen::PrintQueries(argv[1])
                : absl::InvalidArgumentError("one argument is needed: the URL of a database");
  if (!status.ok()) std::cerr << status.message() << "\n";
  return status.ok() ? 0 : 2;
}
