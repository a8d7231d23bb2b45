// The catalog queries: which ones a server gets, and their text.
#ifndef AUTOGEN_INTROSPECT_QUERIES_H_
#define AUTOGEN_INTROSPECT_QUERIES_H_

#include <string>
#include <vector>

#include "src/introspect/reader.h"

namespace autogen::introspect {

// When a query is sent.
enum class Wanted { kAlways, kOwners, kPrivileges, kOthers, kDependencies };

struct Query {
  const char* name;  // of the file in queries/, without ".sql"
  Reader read;
  int since = 13;  // the first PostgreSQL that has the catalog
  Wanted wanted = Wanted::kAlways;
};

// Every query, in the order in which their readers run.
absl::Span<const Query> Queries();

// The queries of Queries() for that server (major version) and these options.
std::vector<const Query*> QueriesWanted(int major, const Options& options);

// Never read: pg_*, information_schema.
bool IsPostgresOwn(absl::string_view schema);

// The schemas to read, as a condition on pg_namespace `n`.
struct NamespaceFilter {
  std::string condition;
  // Some pattern is more than a plain name: `condition` says only what the names among them say.
  bool has_patterns = false;
};
NamespaceFilter FilterFor(const Options& options);
// The filter for exactly these schemas.
std::string NamespacesIn(const std::vector<std::string>& names);

// Whether a query's text depends on which schemas are read.
bool NamesSchemas(const char* name, int major);

// The text of a query for that server, placeholders replaced.
std::string QueryText(const char* name, int major, const std::string& namespaces);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_QUERIES_H_
