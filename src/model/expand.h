// What people leave out, filled in: schemas, names, the messages behind sugar.
#ifndef AUTOGEN_MODEL_EXPAND_H_
#define AUTOGEN_MODEL_EXPAND_H_

#include "autogen/schema.pb.h"
#include "src/model/lookup.h"
#include "src/model/names.h"
#include "src/model/problems.h"
#include "src/model/type_info.h"

namespace autogen::model {

// The passes, in their order. Messages that are there keep their addresses.

// Fills in the schemas of objects, then those of references: of the object itself where the model
// has such an object there, else the rule's default.
void FillSchemas(Schema* schema);

// Turns the sugar of tables (keys and references on columns, serial types, plain index columns)
// into messages, and says NOT NULL where a key or an identity implies it. `as_written`: without the
// two that only PostgreSQL knows, serial types and keys that are never NULL.
void ExpandSugar(Schema* schema, bool as_written, Sources* sources, Problems* problems);

// Foreign keys without target columns take the target's primary key, where the model has it.
void FillForeignKeyTargets(Schema* schema);

// Normalises every text of the model (no blanks around SQL, the names that
// format_type() gives to types, the schemas of the model's own types, roles and privileges) and
// checks it: no NUL, valid UTF-8, the one piece of SQL that its rule says; values that an enum has.
void NormaliseTexts(Schema* schema, Problems* problems);

// Takes out what is PostgreSQL's default, as the comments in the protos say, and gives types,
// options and privileges their normal form.
void LeaveOutDefaults(Schema* schema);

// The schema of a top-level object, "public" where its kind has none.
std::string OwnSchema(const google::protobuf::Message& object, const TypeInfo& type);

// Names what has no name, as PostgreSQL would; `as_written`: only indexes, which always need one.
void FillNames(Schema* schema, bool as_written = false);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_EXPAND_H_
