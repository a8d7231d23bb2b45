// Many DDL statements into a scratch database, fast.
#ifndef AUTOGEN_SCRATCH_BUILD_H_
#define AUTOGEN_SCRATCH_BUILD_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "autogen/schema.pb.h"
#include "src/model/snapshot.h"
#include "src/scratch/server.h"

namespace autogen::scratch {

// One statement, what it is for ("table public.t") and where its unqualified names are looked up.
struct Step {
  std::string sql;
  std::string object;
  // As SET takes it: quoted names, commas; "" is an empty path. None: as the statements before left
  // it.
  std::optional<std::string> search_path;
  // It may fail because what it names is not there: DROP in a dump.
  bool may_miss = false;
  // It makes what is not managed: where it fails, what needs it says so.
  bool optional = false;
};

struct BuildOptions {
  // Statements that miss an object are tried again after the others: for an order that was made
  // from names in texts, not from a catalog.
  bool retry_missing = false;
  // Routines are made without their bodies: see Stubs.
  bool without_bodies = false;
  // Takes note of statements that would leave the database (ALTER SYSTEM, COPY with a file, …) and
  // passes over them: "versions/x.sql:12: runs a program on the server". nullptr: they are an
  // error.
  std::vector<std::string>* outside = nullptr;
  // Takes the names of the roles that had to be made. May be null.
  std::set<std::string>* made_roles = nullptr;
};

// Runs the steps in their order, in pipelined transactions of a few hundred; what cannot run in a
// transaction runs alone. They run as the database's role; what it may not do is done by
// Database::superuser(), and roles that a statement misses are made, where that may be. An error
// has the object and the start of the statement, and keeps its SQLSTATE. Leaves an empty
// search_path.
absl::Status Build(Database& database, absl::Span<const Step> steps,
                   const BuildOptions& options = {});
// The same in any session: no role is made, and what is refused is an error.
absl::Status Build(postgres::Connection& connection, absl::Span<const Step> steps,
                   const BuildOptions& options = {});

// Step::object of the step that an error of Build is of; "" for any other status.
std::string BuiltObject(const absl::Status& status);
// The whole statement of that step; postgres::ErrorOffset() is a place in it.
std::string BuiltStatement(const absl::Status& status);

// The statements that make `schema` in an empty database that has the schema public: Diff and
// Render. With TextDependencies where `dependencies` is empty. Every step looks names up in the
// object's schema, public and the schemas of extensions. With `outside`, which may be null, that is
// made as well: routines without their bodies, and as far as it can be.
absl::StatusOr<std::vector<Step>> StepsFor(std::shared_ptr<const Schema> schema,
                                           const std::vector<model::Dependency>& dependencies,
                                           int server_version, bool privileges, bool owners,
                                           std::shared_ptr<const model::Outside> outside);

// A search path for SET: its names quoted. No names: the empty path.
std::string SearchPath(const std::vector<std::string>& schemas);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_BUILD_H_
