// The smallest reproduction of a fault: two schemas with as few objects as still show it.
#ifndef AUTOGEN_GENERATE_REDUCE_H_
#define AUTOGEN_GENERATE_REDUCE_H_

#include <functional>
#include <memory>
#include <string>

#include "autogen/schema.pb.h"

namespace autogen::generate {

struct Sides {
  std::shared_ptr<const Schema> before;
  std::shared_ptr<const Schema> after;
};

// Leaves out objects of both sides, halves first and single ones last, then nested objects, as long
// as `fails` is true of what is left. `fails` is asked `most` times at most; what it was last true
// of is returned, `sides` where that is nothing less.
Sides Reduce(const Sides& sides, const std::function<bool(const Sides&)>& fails, int most);

// Both as text.
std::string ReproductionOf(const Sides& sides);
// What to send where, for a fault that `sides` show: sentences, then both as text.
std::string ReportOf(const Sides& sides);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_REDUCE_H_
