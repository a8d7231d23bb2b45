// A database -> Schema, in pipelined catalog queries.
#ifndef AUTOGEN_INTROSPECT_INTROSPECT_H_
#define AUTOGEN_INTROSPECT_INTROSPECT_H_

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "autogen/schema.pb.h"
#include "src/model/catalog.h"
#include "src/postgres/connection.h"

namespace autogen::introspect {

struct Options {
  // Schemas to read, as RE2 patterns that match the whole name. Empty: every schema but
  // PostgreSQL's own (pg_*, information_schema), which are never read. `exclude` wins. Plain names
  // (RE2::QuoteMeta of a name too) go into the queries; for real patterns the names that they
  // select.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool privileges = false;   // fill grant and revoke
  bool owners = false;       // fill owner
  bool dependencies = true;  // fill Snapshot::dependencies
  // Tables of autogen's own, left out: (schema, name); an empty schema means any.
  std::vector<std::pair<std::string, std::string>> own_tables;
};

// What a database holds that the Schema does not say: named to the user, never passed over in
// silence.
struct Unmanaged {
  std::string what;  // "subscription", "attribute foo of table public.t", …
  std::string name;
};

struct Snapshot {
  std::shared_ptr<Schema> schema;
  std::vector<model::Dependency> dependencies;
  std::vector<Unmanaged> unmanaged;
  int server_version = 0;
  std::string current_user;
  std::string database;
};

// What is asked of a database before it is known what to read of it.
struct Opening {
  std::string current_user;
  std::string database;
  std::vector<std::string> schemas;  // names, but for PostgreSQL's own; ordered
  // Queries (see queries.h) that can have no rows: there is nothing of their kind.
  std::set<absl::string_view> without_rows;
};

// Begins a read-only, repeatable-read transaction with an empty search_path and fixed settings for
// deparsing, in which Introspect then reads. One round trip. The connection must be outside a
// transaction; after an error it is.
absl::StatusOr<Opening> Open(postgres::Connection& connection);

// Reads in that transaction and ends it, whatever happens; one more round trip, pipelined, whatever
// the number of objects. Needs no right but to read the catalogs. Objects that belong to an
// extension are left out. Objects come ordered by schema and name, columns by their number: two
// databases with the same objects give the same Schema.
absl::StatusOr<Snapshot> Introspect(postgres::Connection& connection, const Options& options,
                                    Opening opening);
// Both.
absl::StatusOr<Snapshot> Introspect(postgres::Connection& connection, const Options& options);

// The queries that Introspect sends to a server of that version (150004 and the like) where every
// kind of object is there, in order: (name, SQL). For bench/ and tests. `options` with real
// patterns are read as if there were none.
std::vector<std::pair<std::string, std::string>> QueriesFor(int server_version,
                                                            const Options& options);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_INTROSPECT_H_
