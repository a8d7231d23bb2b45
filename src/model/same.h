// Whether two schemas are equal without a look at what their fields mean.
#ifndef AUTOGEN_MODEL_SAME_H_
#define AUTOGEN_MODEL_SAME_H_

#include "autogen/schema.pb.h"

namespace autogen::model {

// Each holds the objects of the other, equal in every field that is compared (see compare.h), their
// columns in the same order; the order of objects does not count, nor that of what has none. True:
// a diff would find nothing. False tells nothing: the same can be declared in two ways. Far cheaper
// than a diff, which most checks do without.
bool SayTheSame(const Schema& a, const Schema& b);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_SAME_H_
