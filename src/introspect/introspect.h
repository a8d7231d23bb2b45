// A database -> Schema, in pipelined catalog queries.
#ifndef AUTOGEN_INTROSPECT_INTROSPECT_H_
#define AUTOGEN_INTROSPECT_INTROSPECT_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/model/snapshot.h"
#include "src/postgres/connection.h"

namespace autogen::introspect {

struct Options {
  // Schemas to read, as RE2 patterns that match the whole name. Empty: every schema but
  // PostgreSQL's own (pg_*, information_schema), which are never read. `exclude` wins. Plain names
  // (RE2::QuoteMeta of a name too) go into the queries; for real patterns the names that they
  // select.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  // Extensions to leave out, by name.
  std::vector<std::string> exclude_extensions;
  bool privileges = false;   // fill grant and revoke
  bool owners = false;       // fill owner
  bool dependencies = true;  // fill model::Snapshot::dependencies
  // Name in model::Snapshot::unmanaged the schemas that `include` leaves out and `exclude` does
  // not: kUnnamedSchema. Left out is one that holds nothing but tables of autogen's own.
  bool name_others = false;
  // Tables of autogen's own, left out: (schema, name); an empty schema means any.
  std::vector<std::pair<std::string, std::string>> own_tables;
};

// model::Unmanaged::what of a schema that Options::name_others names.
inline constexpr char kUnnamedSchema[] = "schema";

// Only what says which schemas and extensions to read.
Options ScopeOf(const Options& options);

// Whether `options` select a schema of that name; those of PostgreSQL's own always are.
// InvalidArgument for a pattern that is no regular expression.
absl::StatusOr<std::function<bool(const std::string&)>> SelectedSchemas(const Options& options);

class Session;

// Introspection by a caller that has yet to find out which schemas to read: the server works
// meanwhile. One pipelined batch, in a read-only transaction of its own with an empty search_path.
class Introspection {
 public:
  // Sends the queries that do not depend on it; of `options`, include and exclude do not count. The
  // connection must be outside a transaction and serves nothing else until this has ended.
  static absl::StatusOr<Introspection> Begin(postgres::Connection& connection,
                                             const Options& options);
  Introspection(Introspection&&) noexcept;
  ~Introspection();

  // Sends the others and reads; `options` as in Begin, with include and exclude. Once.
  absl::StatusOr<model::Snapshot> Finish(const Options& options);

 private:
  Introspection(int server_version, std::unique_ptr<Session> session);
  int server_version_;
  std::unique_ptr<Session> session_;
};

// Both: the same queries, one for each kind of fact, whatever the database holds. Needs no right
// but to read the catalogs. Objects that belong to an extension are left out. Objects come ordered
// by schema and name, columns by their number: two databases with the same objects give the same
// Schema.
absl::StatusOr<model::Snapshot> Introspect(postgres::Connection& connection,
                                           const Options& options);

// The queries that Introspect sends to a server of that version (150004 and the like), in order of
// their readers: (name, SQL). For bench/ and tests. `options` with real patterns are read as if
// there were none.
std::vector<std::pair<std::string, std::string>> QueriesFor(int server_version,
                                                            const Options& options);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_INTROSPECT_H_
