// What of a model does not go through a scratch database: hints, comments, owners, privileges.
#ifndef AUTOGEN_MODEL_CARRY_H_
#define AUTOGEN_MODEL_CARRY_H_

#include <memory>

#include "autogen/schema.pb.h"

namespace autogen::model {

// A copy of `model` without what PostgreSQL never reformats and what needs roles, tablespaces,
// label providers or certain extension versions to build: comments, owners, privileges, security
// labels, tablespaces, the roles of policies, the versions of extensions, default privileges, user
// mappings.
std::shared_ptr<Schema> WithoutCarried(const Schema& model);

// Puts all that, and the hints (renamed_from), from `model` into `canonical`, which was read back
// from a scratch database that WithoutCarried(model) was built in; drops the schema public where
// the model has none.
void CarryOver(const Schema& model, Schema* canonical);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_CARRY_H_
