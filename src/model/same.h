// Whether two schemas are equal without a look at what their fields mean.
#ifndef AUTOGEN_MODEL_SAME_H_
#define AUTOGEN_MODEL_SAME_H_

#include "autogen/schema.pb.h"

namespace autogen::model {

// Each holds the objects of the other, equal in every field and in the order of what they hold;
// the order of the objects themselves does not count. True: a diff would find nothing. False tells
// nothing: the same can be declared in two ways. Far cheaper than a diff, which most checks do
// without.
bool SayTheSame(const Schema& a, const Schema& b);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_SAME_H_
