// Where a statement puts what it makes: the schemas whose CREATE right it needs.
#ifndef AUTOGEN_IMPACT_PLACES_H_
#define AUTOGEN_IMPACT_PLACES_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace autogen::impact {

struct Places {
  // Of new relations, types, functions and the like, of new indexes, and of relations that get
  // another name or schema; "" is the first of the search path. Temporary relations have none.
  std::set<std::string> schemas;
  bool makes_schema = false;
  // It gives rights or ownership, makes or changes roles, or may do so: a block, a call, what the
  // grammar does not know.
  bool gives_rights = false;
};

Places PlacesOf(absl::string_view statement);

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_PLACES_H_
