// What people leave out, filled in: schemas, names, the messages behind sugar.
#ifndef AUTOGEN_MODEL_EXPAND_H_
#define AUTOGEN_MODEL_EXPAND_H_

#include "autogen/schema.pb.h"
#include "src/model/lookup.h"
#include "src/model/names.h"
#include "src/model/problems.h"

namespace autogen::model {

// The passes, in their order. Messages that are there keep their addresses.

// Fills in the schemas of objects, then those of references: of the object itself where the model
// has such an object there, else the rule's default.
void FillSchemas(Schema* schema);

// Turns the sugar of tables (keys and references on columns, serial types, plain index columns)
// into messages, and says NOT NULL where a key or an identity implies it.
void ExpandSugar(Schema* schema, Sources* sources, Problems* problems);

// Foreign keys without target columns take the target's primary key, where the model has it.
void FillForeignKeyTargets(Schema* schema);

// Takes out what is PostgreSQL's default, as the comments in the protos say, and gives types,
// options and privileges their one spelling.
void LeaveOutDefaults(Schema* schema);

// Names what has no name, as PostgreSQL would.
void FillNames(Schema* schema);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_EXPAND_H_
