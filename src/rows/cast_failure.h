// Which values a change of type cannot convert.
#ifndef AUTOGEN_ROWS_CAST_FAILURE_H_
#define AUTOGEN_ROWS_CAST_FAILURE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::rows {

// A condition over `value` (SQL of the type `before`) that is true for what ALTER COLUMN … TYPE
// `after` refuses; "" where every value can be converted, or where no condition that a server of
// `server_version` knows tells them apart. Both types are in canonical form; `cast` is
// TypeChange::cast. `labels` are those of an enum `after`, as the values have them now.
std::string CastFailure(absl::string_view value, absl::string_view before, absl::string_view after,
                        absl::string_view cast, const std::vector<std::string>* labels,
                        int server_version);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_CAST_FAILURE_H_
