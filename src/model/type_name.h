// One form for the types that every PostgreSQL has.
#ifndef AUTOGEN_MODEL_TYPE_NAME_H_
#define AUTOGEN_MODEL_TYPE_NAME_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::model {

// The form of format_type() for a built-in type that is written in another of its names: "int"
// -> "integer", "VARCHAR(10)[]" -> "character varying(10)[]", "timestamptz(3)" -> "timestamp(3)
// with time zone". These are words of the grammar or names in pg_catalog, which is always searched
// first: nothing is guessed. Unquoted names of other types are only put in lower case; anything
// else (quotes, odd modifiers) is returned as it is. `builtin` says whether it is a built-in type.
std::string NormalizeType(absl::string_view type, bool* builtin);

// Every name of a built-in type that NormalizeType knows.
std::vector<std::string> BuiltinTypeNames();

// pg_type.typstorage of a normalized built-in type ("plain", "extended", "main"), or "" where the
// type is not a built-in one.
absl::string_view TypeStorage(absl::string_view type);

// True for the built-in types that have a collation: text, varchar, char, name.
bool IsCollatable(absl::string_view type);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_TYPE_NAME_H_
