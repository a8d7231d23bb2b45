// The names that PostgreSQL itself gives: makeObjectName of src/backend/commands/indexcmds.c.
#ifndef AUTOGEN_INTROSPECT_DEFAULT_NAME_H_
#define AUTOGEN_INTROSPECT_DEFAULT_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::introspect {

// "table_column_label" (without the column where it is empty), cut to 63 bytes as PostgreSQL does:
// the longer of the two names first, never inside a character. The digits that it adds to a name
// that is taken are not known here.
std::string DefaultName(absl::string_view table, absl::string_view column, absl::string_view label);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_DEFAULT_NAME_H_
