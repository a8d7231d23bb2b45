// Values of any type that a schema knows, as SQL expressions.
#ifndef AUTOGEN_ROWS_TYPE_VALUES_H_
#define AUTOGEN_ROWS_TYPE_VALUES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/model/catalog.h"

namespace autogen::rows {

// The first one is the ordinary one. Parts of a value (attributes, elements, bounds) differ from
// one another where they can, so that a change of their places shows. Some may be refused: by a
// domain's checks, or because one bound is behind the other. `distinct`: how many different ones a
// unique column needs.
std::vector<std::string> ValuesOfType(const model::Catalog& catalog, absl::string_view type,
                                      int distinct);

// The constants of an expression as values of `type`, with the numbers next to them.
std::vector<std::string> ConstantsIn(absl::string_view expression, absl::string_view type);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_TYPE_VALUES_H_
