// What a statement brings into being, as the names by which later statements know it.
#ifndef AUTOGEN_SQL_MADE_NAMES_H_
#define AUTOGEN_SQL_MADE_NAMES_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace autogen::sql {

struct MadeNames {
  // Without schemas: relations, columns, types, labels, functions, operators, schemas, collations;
  // what a rename or a new schema makes of a name. As the parser reads them.
  std::set<std::string> names;
  // It may make anything: DO, CALL, an extension, a cast, what the grammar does not know.
  bool anything = false;

  // `message` of a server that misses something (or a label) names one of them.
  bool Explains(absl::string_view message) const;
  void Add(const MadeNames& other);
};

MadeNames NamesMadeBy(absl::string_view statement);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_MADE_NAMES_H_
