// What PostgreSQL asks of the objects around one that is altered in place: Rules::in_the_way and
// Rules::displaced_by. Internal to src/diff.
#ifndef AUTOGEN_DIFF_DISTURBED_H_
#define AUTOGEN_DIFF_DISTURBED_H_

#include <vector>

#include "src/model/catalog.h"

namespace autogen::diff {

struct Draft;

std::vector<int> InTheWay(const Draft& d, const model::Edge& e, int altered);
int DisplacedBy(const Draft& d, int object);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_DISTURBED_H_
