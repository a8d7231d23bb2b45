// Only some schemas are managed: what lies in the others belongs to somebody else. It is known as
// far as something managed refers to it, so that scratch databases can be built; no script speaks
// of it.
#ifndef AUTOGEN_MODEL_OUTSIDE_H_
#define AUTOGEN_MODEL_OUTSIDE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/model/snapshot.h"

namespace autogen::model {

struct SplitSchema {
  std::shared_ptr<Schema> inside;
  std::shared_ptr<Schema> outside;
};

// The objects of schemas that `manages` names, and the others. What has no schema is inside; an
// extension lies where its objects do.
SplitSchema Split(const Schema& all, const std::function<bool(const std::string&)>& manages);

// `first` and what only `second` has.
Outside Together(const Outside& first, const Outside& second);

// Of `all`, what `sides` refer to and what that needs in its turn; every extension. Tables are
// without what nobody can refer to: defaults, checks, foreign keys, triggers, policies, unless
// other tables inherit it.
Outside Needed(const Outside& all, const std::vector<const Snapshot*>& sides);

// `snapshot` with its outside as a part of the schema: what a scratch database is built of.
Snapshot WithOutside(const Snapshot& snapshot);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_OUTSIDE_H_
