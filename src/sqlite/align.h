// Names and texts that differ in case alone.
#ifndef AUTOGEN_SQLITE_ALIGN_H_
#define AUTOGEN_SQLITE_ALIGN_H_

#include "autogen/schema.pb.h"

namespace autogen::sqlite {

// To SQLite "Users" and "users" are one name. What `schema` calls as `existing` does but for the
// case of letters gets that form, and so does a view or trigger whose text differs in nothing
// else.
void AlignCase(const Schema& existing, Schema* schema);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_ALIGN_H_
