// Where the version table is, and whether what it shows is all that is in it.
#ifndef AUTOGEN_APPLY_VERSION_LOOKUP_H_
#define AUTOGEN_APPLY_VERSION_LOOKUP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/apply/version_table.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// A version table as it was found, or the place where one would be created.
struct FoundVersionTable {
  VersionTable table;  // with its schema
  bool exists = false;
  bool has_ledger = false;
  bool has_lease = false;
  // The search path does not lead to its schema.
  bool outside_search_path = false;
  // How many characters an id may have there; 0: any number.
  int id_length = 0;
  // Ours, or of a role whose rights we have: it may be altered.
  bool owned = false;
};

// The table called `table` in `schema`; where that is empty, wherever it lies, and the first schema
// of the search path that exists where there is none. FailedPrecondition: several that this role
// can read; something of that name that is no such table; whatever could hide rows of it or of its
// ledger, or change them on their way in (row security, rules, triggers, children of inheritance);
// a standby that is more than `max_lag_s` seconds behind (0: no matter).
absl::StatusOr<FoundVersionTable> FindVersionTable(postgres::Connection& connection,
                                                   const std::string& schema,
                                                   const std::string& table, int max_lag_s);

// Its rows, sorted.
absl::StatusOr<std::vector<std::string>> ReadVersionRows(postgres::Connection& connection,
                                                         const VersionTable& table);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_VERSION_LOOKUP_H_
