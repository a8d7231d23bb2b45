// Everything that a query names: for those who must know what it can reach before they run it.
#ifndef AUTOGEN_SQL_QUERY_NAMES_H_
#define AUTOGEN_SQL_QUERY_NAMES_H_

#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::sql {

// As the parser reads them: folded, unescaped, truncated. The schema is "" where none is written.
using QualifiedName = std::pair<std::string, std::string>;

struct QueryNames {
  std::set<QualifiedName> functions;
  std::set<QualifiedName> operators;  // also those that IN, LIKE and the like stand for
  std::set<QualifiedName> types;
  std::set<QualifiedName> relations;  // and uses of `ctes`, which have no schema
  std::set<std::string> ctes;
  // Of columns, their aliases and the fields of composite values: f in (x).f and x.f may also be a
  // function that is called with x.
  std::set<std::string> columns;
  std::set<std::string> fields;
  // Whole rows may be used (x.*, NATURAL, an alias that is a value, renamed columns): every column
  // of every relation counts as mentioned.
  bool whole_rows = false;
};

// InvalidArgument, with the reason, where `text` is not exactly one SELECT that only reads: INTO,
// FOR UPDATE, WITH … DELETE, parameters, and every kind of node that is not known to be harmless.
absl::StatusOr<QueryNames> NamesOfQuery(absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_QUERY_NAMES_H_
