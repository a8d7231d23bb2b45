// The rules for a model. Every check continues after a problem.
#ifndef AUTOGEN_MODEL_CHECK_H_
#define AUTOGEN_MODEL_CHECK_H_

#include "autogen/schema.pb.h"
#include "src/model/lookup.h"
#include "src/model/problems.h"

namespace autogen::model {

// The model as a whole: names, tables, then the other objects.
void CheckModel(const Schema& schema, Problems* problems);

// What an engine does not know of a model as it is written, before anything is filled in: the kinds
// and fields that the protos give to others alone (FieldRule.engine). ENGINE_UNSPECIFIED knows all.
void CheckEngine(const Schema& schema, EngineName engine, Problems* problems);

// The parts of CheckModel.
void CheckNames(const Schema& schema, Problems* problems);
void CheckTables(const Schema& schema, const Lookup& lookup, Problems* problems);
void CheckObjects(const Schema& schema, const Lookup& lookup, Problems* problems);
void CheckExternal(const Schema& schema, Problems* problems);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_CHECK_H_
