// Many DDL statements into a scratch database, fast.
#ifndef AUTOGEN_SCRATCH_BUILD_H_
#define AUTOGEN_SCRATCH_BUILD_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "autogen/schema.pb.h"
#include "src/model/catalog.h"
#include "src/postgres/connection.h"

namespace autogen::scratch {

// One statement, what it is for ("table public.t") and where its unqualified names are looked up.
struct Step {
  std::string sql;
  std::string object;
  // As SET takes it: quoted names, commas; "" is an empty path. None: as the statements before left
  // it.
  std::optional<std::string> search_path;
};

struct BuildOptions {
  // Statements that miss an object are tried again after the others: for an order that was made
  // from names in texts, not from a catalog.
  bool retry_missing = false;
  // Roles that a statement misses are created. Only for a server of our own.
  bool create_roles = false;
};

// Runs the steps in their order, in pipelined transactions of a few hundred; what cannot run in a
// transaction runs by itself. An error has the object and the start of the statement, and keeps its
// SQLSTATE. Leaves an empty search_path.
absl::Status Build(postgres::Connection& connection, absl::Span<const Step> steps,
                   const BuildOptions& options = {});

// The statements that make `schema` in an empty database that has the schema public: Diff and
// Render. With TextDependencies where `dependencies` is empty. Every step looks names up in the
// object's schema, public and the schemas of extensions.
absl::StatusOr<std::vector<Step>> StepsFor(std::shared_ptr<const Schema> schema,
                                           const std::vector<model::Dependency>& dependencies,
                                           int server_version, bool privileges, bool owners);

// True for an error that a server of our own would not give: a right that the role lacks, a role
// that is not there.
bool NeedsOwnServer(const absl::Status& status);

// A search path for SET: its names quoted. No names: the empty path.
std::string SearchPath(const std::vector<std::string>& schemas);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_BUILD_H_
