// The multirange type that comes with a range type.
#ifndef AUTOGEN_RENDER_MULTIRANGE_H_
#define AUTOGEN_RENDER_MULTIRANGE_H_

#include <string>

#include "autogen/types.pb.h"

namespace autogen::render {

// The plain name of the multirange of `range`, which is called `name`.
std::string NameOfMultirange(const RangeType& range, const std::string& name);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_MULTIRANGE_H_
