// A plan between two schemas, object by object.
#ifndef AUTOGEN_REVIEW_CHANGES_H_
#define AUTOGEN_REVIEW_CHANGES_H_

#include <string>
#include <vector>

#include "src/diff/plan.h"
#include "src/review/review.h"

namespace autogen::review {

// In the order of the plan. What is created or dropped with its table stands in the table's text
// alone; an object that is dropped and created again is one change, "recreate".
std::vector<ObjectChange> ChangesOf(const diff::Plan& plan);

// The lines of both texts, marked as in a unified diff: "-" and "+" between what they have in
// common at their start and end. Ends with a newline.
std::string DiffOf(const ObjectChange& change);

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_CHANGES_H_
