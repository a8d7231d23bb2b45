// The dependencies of a schema that no catalog has seen: from its `reference` fields and from the
// names in its SQL texts.
#ifndef AUTOGEN_MODEL_REFERENCES_H_
#define AUTOGEN_MODEL_REFERENCES_H_

#include <set>
#include <vector>

#include "autogen/schema.pb.h"
#include "src/model/catalog.h"

namespace autogen::model {

// Names in SQL texts are resolved in the object's own schema, then public; a name that several
// objects could carry (overloaded functions) gives an edge to each. All are `weak`.
std::vector<Dependency> TextDependencies(const Schema& schema);

// Whether the query of a view names the view itself. A name without a schema counts only in public:
// anywhere else it is another one's as long as the view is not there.
bool ReadsItself(const View& view);

// The views that read themselves, or one another in a circle, directly or through functions: none
// of them can be made before the others are.
std::set<ObjectId> ViewsInCircles(const Schema& schema);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_REFERENCES_H_
