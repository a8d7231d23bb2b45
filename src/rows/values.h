// Values of a type that are worth trying: ordinary ones, and the edges.
#ifndef AUTOGEN_ROWS_VALUES_H_
#define AUTOGEN_ROWS_VALUES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::rows {

// Literals (with their cast) of a built-in type in canonical form: "integer",
// "character varying(20)". First an ordinary value; then zero, extremes, long
// and empty texts, quotes, fractions, the ends of time; then ordinary ones that all differ, so that
// a unique column finds about `distinct` of them. A type that is not known gives '' and '1', which
// its server may refuse.
std::vector<std::string> TypicalValues(absl::string_view type, int distinct);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_VALUES_H_
