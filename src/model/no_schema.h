// The schemas of an engine that has none: every object lies in the same one, which no server can
// have and nobody sees.
#ifndef AUTOGEN_MODEL_NO_SCHEMA_H_
#define AUTOGEN_MODEL_NO_SCHEMA_H_

#include "absl/strings/string_view.h"
#include "autogen/schema.pb.h"

namespace autogen::model {

// In ObjectId::schema and wherever a message names a schema; DisplayName() leaves it out.
inline constexpr absl::string_view kNoSchema("\0", 1);

// Puts tables, views and what foreign keys refer to there; declares it.
void PutInNoSchema(Schema* schema);
// Whether that was done.
bool IsInNoSchema(const Schema& schema);
// Takes all mention of it out: what is left is a model as a person writes it. False: there is none.
bool TakeOutNoSchema(Schema* schema);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_NO_SCHEMA_H_
