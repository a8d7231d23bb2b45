// The bounds of a partition as a condition over rows.
#ifndef AUTOGEN_RENDER_BOUND_CONDITION_H_
#define AUTOGEN_RENDER_BOUND_CONDITION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::render {

// True for rows that belong in the partition: "FOR VALUES IN ('a', 'b')" over {"kind"} is
// kind IN ('a', 'b'). `keys` are the partition key's columns and expressions as SQL. "" for
// DEFAULT, for hash partitions and for what is no bound.
std::string BoundCondition(absl::string_view bound, const std::vector<std::string>& keys);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_BOUND_CONDITION_H_
