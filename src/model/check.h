// The rules for a model. Every check continues after a problem.
#ifndef AUTOGEN_MODEL_CHECK_H_
#define AUTOGEN_MODEL_CHECK_H_

#include "autogen/schema.pb.h"
#include "src/model/lookup.h"
#include "src/model/problems.h"

namespace autogen::model {

// The model as a whole: names, tables, then the other objects.
void CheckModel(const Schema& schema, Problems* problems);

// The parts of CheckModel.
void CheckNames(const Schema& schema, Problems* problems);
void CheckTables(const Schema& schema, const Lookup& lookup, Problems* problems);
void CheckObjects(const Schema& schema, const Lookup& lookup, Problems* problems);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_CHECK_H_
